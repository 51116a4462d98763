// Events in words and signs. An event that is not named here is a small dot with its name and values.

import { list, plural } from "./element.js";
import { requestOf } from "./run.js";
import {
  messageLabels,
  nameText,
  operationText,
  processText,
  quoted,
  resultText,
  spaced,
  timerText,
  valuesOf,
} from "./words.js";

/** @import { Operation } from "./data.d.ts" */
/** @import { CommonFields, Run, RunEvent } from "./run.js" */

/**
 * The fields of each event that its words need; what some events of a kind lack may be undefined.
 * @typedef {object} FieldsByName
 * @property {{}} activated
 * @property {{ from: string, by: string, result: string }} accepted
 * @property {{}} cached
 * @property {{}} catch_up_started
 * @property {{ entries: number }} caught_up
 * @property {{}} checkpoint_completed
 * @property {{}} checkpoint_started
 * @property {{ from: string }} client_error
 * @property {{ configuration: number }} configuration_started
 * @property {{ configuration: number, replica: number, proof: { kind: string } }} convicted
 * @property {{}} crashed
 * @property {{}} diagnostic
 * @property {{ from: string, reason: string }} discarded
 * @property {{ suspect: number }} divergence
 * @property {{}} done
 * @property {{ operation: Operation, result: string, repeated: boolean }} executed
 * @property {{ pair: string, failure: string, effect: boolean }} failure_applied
 * @property {{ trigger: string, failure: string }} failure_armed
 * @property {{}} final_dictionary
 * @property {{ replica: number, entries: number }} history_accepted
 * @property {{ replica: number, reason: string }} history_refused
 * @property {{ message: string, from: string, reason: string }} ignored
 * @property {{ operation: Operation }} invoked
 * @property {{}} ordered
 * @property {{ message: string, from: string }} queued
 * @property {{ quorum: number[] }} quorum_formed
 * @property {{ from: string }} received
 * @property {{ from: string, reason: string, suspect?: number }} reconfiguration_requested
 * @property {{ message: string, from: string, reason: string }} refused
 * @property {{ replica: number }} report_accepted
 * @property {{ case: string, message: string }} retransmitted
 * @property {{ replica: number, reason: string }} ruled_out
 * @property {{ end: string, reason?: string }} run_ended
 * @property {{ to: string, spoiled?: boolean }} sent
 * @property {{ replica: number }} set_aside
 * @property {{}} settings
 * @property {{ ms: number }} slept
 * @property {{ replica: number }} state_received
 * @property {{ reason: string, suspect?: number }} suspected
 * @property {{}} terminated
 * @property {{ timer: string }} timer_cancelled
 * @property {{ timer: string }} timer_expired
 * @property {{ timer: string, after_ms: number }} timer_set
 * @property {{ configuration: number }} wedge_started
 * @property {{ checkpoint?: number, entries: number }} wedged
 */

/**
 * An event whose fields are known by its name.
 * @typedef {{
 *   [Name in keyof FieldsByName]: { name: Name, fields: CommonFields & FieldsByName[Name] }
 * }[keyof FieldsByName]} KnownEvent
 */

/**
 * How an event is drawn on a lifeline.
 * @typedef {object} Mark
 * @property {string} sign
 * @property {string} style classes; `dot` is a small one, `strong` an important one
 * @property {string} label
 * @property {string} title the event in words, after its process
 */

/** The names of events that are out of the ordinary, and stay in sight where others fold. */
export const TELLING = new Set([
  "refused",
  "suspected",
  "divergence",
  "timer_expired",
  "failure_armed",
  "failure_applied",
  "slept",
  "crashed",
  "client_error",
  "reconfiguration_requested",
  "wedge_started",
  "history_accepted",
  "history_refused",
  "catch_up_started",
  "report_accepted",
  "quorum_formed",
  "state_received",
  "convicted",
  "ruled_out",
  "set_aside",
  "activated",
  "wedged",
  "caught_up",
  "terminated",
  "queued",
  "run_ended",
]);

/** @type {Record<string, string>} */
const CASES = {
  0: "old request, answered already",
  a: "answered from the cache",
  b: "immutable: a signed error",
  c: "not the head: forwarded",
  d: "ordered already: waits for its result",
  e: "unknown: ordered now",
};

/** @type {Record<string, string>} */
const SHORT_CASES = {
  0: "stale",
  a: "from the cache",
  b: "error",
  c: "forwards it",
  d: "waits",
  e: "orders it",
};

/** @type {Record<string, string>} */
const RUN_ENDS = {
  at_rest: "the run is at rest",
  stuck: "stuck: some client is not done",
  deadline: "ended at the deadline",
  event_bound: "ended: too many events",
  error: "could not be finished",
  time_bound: "ended: took too long",
  byte_bound: "ended: recorded too much",
};

/**
 * @param {string} sign
 * @param {string} style
 * @param {string} label
 * @returns {Mark}
 */
const mark = (sign, style, label, title = label) => ({ sign, style, label, title });

/**
 * An event's name and its values, for one that has no better words.
 * @param {RunEvent} event
 */
function inWords(event) {
  const values = valuesOf(event.fields).map(([name, text]) => `${spaced(name)} ${text}`);
  return [spaced(event.name), values.join(", ")].filter(Boolean).join(": ");
}

/**
 * Null for an event that is not drawn, or as an arrow.
 * @param {Run} run
 * @param {RunEvent} event
 */
export function markOf(run, event) {
  const { fields, name } = /** @type {KnownEvent} */ (event);
  const about = requestOf(fields) === null ? "" : ` for ${requestOf(fields)}`;
  switch (name) {
    case "invoked":
      return mark(
        "▸",
        "client",
        operationText(fields.operation),
        `invokes request ${requestOf(fields)}: ${operationText(fields.operation)}`,
      );
    case "accepted":
      return mark(
        "✓",
        "good",
        resultText(fields.result),
        `accepts ${quoted(fields.result)} for request ${requestOf(fields)} from ${nameText(run, fields.from)} (${fields.by}), slot ${fields.slot}`,
      );
    case "client_error":
      return mark(
        "!",
        "warn",
        "signed error",
        `gets a signed error of ${nameText(run, fields.from)}${about}`,
      );
    case "ordered":
      return mark(
        "□",
        "calm",
        `slot ${fields.slot}`,
        `gives request ${requestOf(fields)} slot ${fields.slot}`,
      );
    case "executed":
      return mark(
        "■",
        "calm dot",
        fields.repeated ? "recorded result" : "",
        `executes ${operationText(fields.operation)} in slot ${fields.slot}: ${quoted(fields.result)}${fields.repeated ? ", recorded earlier" : ""}`,
      );
    case "cached":
      return mark(
        "·",
        "calm dot",
        "",
        `caches the result of request ${requestOf(fields)} (slot ${fields.slot})`,
      );
    case "refused":
      return mark(
        "⊘",
        "bad",
        `refuses: ${spaced(fields.reason)}`,
        `refuses the ${spaced(fields.message)} of ${nameText(run, fields.from)}: ${spaced(fields.reason)}`,
      );
    case "ignored":
      return mark(
        "⊘",
        "quiet",
        "ignored",
        `ignores the ${spaced(fields.message)} of ${nameText(run, fields.from)}: ${spaced(fields.reason)}`,
      );
    case "suspected":
      return fields.suspect === undefined
        ? mark("⚑", "warn", "asks Olympus", `asks for reconfiguration: ${spaced(fields.reason)}${about}`)
        : mark(
            "⚑",
            "warn",
            `suspects replica ${fields.suspect}`,
            `suspects replica ${fields.suspect}: ${spaced(fields.reason)}${about}`,
          );
    case "divergence":
      return mark(
        "≠",
        "warn",
        `replica ${fields.suspect} diverges`,
        `sees at the checkpoint of slot ${fields.slot} that the state of replica ${fields.suspect} differs`,
      );
    case "retransmitted":
      return fields.case === "e" && fields.message === "client_request"
        ? null
        : mark(
            "↻",
            "quiet",
            `${fields.case}: ${SHORT_CASES[fields.case] ?? ""}`,
            `request ${requestOf(fields)}, case ${fields.case}: ${CASES[fields.case] ?? ""}`,
          );
    case "timer_expired":
      return mark("", "warn hourglass", "timeout", `has waited in vain for ${timerText(fields.timer)}`);
    case "checkpoint_started":
      return mark("◇", "violet", `checkpoint of slot ${fields.slot}`);
    case "checkpoint_completed":
      return mark(
        "◆",
        "violet",
        `checkpoint ${fields.slot} done`,
        `has a checkpoint proof for slot ${fields.slot}; the history up to it is dropped`,
      );
    case "queued":
      return mark(
        "⋯",
        "quiet",
        "kept for later",
        `keeps the ${spaced(fields.message)} of ${nameText(run, fields.from)} for later`,
      );
    case "activated":
      return mark("●", "good", "active", `is active from slot ${fields.slot} on`);
    case "wedged":
      return mark(
        "▮",
        "reconfigure",
        "wedged",
        `is immutable and tells its history: ${plural(fields.entries, "entry", "entries")}${fields.checkpoint === undefined ? "" : ` after the checkpoint of slot ${fields.checkpoint}`}`,
      );
    case "caught_up":
      return mark(
        "·",
        "reconfigure dot",
        "",
        `catches up by ${plural(fields.entries, "entry", "entries")} on a copy of its state`,
      );
    case "terminated":
      return mark("▬", "quiet", "terminates");
    case "crashed":
      return mark("✕", "bad", "crashes");
    case "slept":
      return mark("☾", "bad", `sleeps ${fields.ms} ms`);
    case "discarded":
      return mark("×", "quiet", "", `discards a message of ${nameText(run, fields.from)}: ${fields.reason}`);
    case "failure_armed":
      return mark(
        "",
        "bad hollow bolt",
        `armed: ${fields.failure.trim()}`,
        `failure armed by ${fields.trigger.trim()}: ${fields.failure.trim()}`,
      );
    case "failure_applied":
      return mark(
        "",
        "bad strong bolt",
        fields.failure.trim(),
        `failure applied${fields.effect ? "" : " without effect"}: ${fields.pair.trim()}`,
      );
    case "reconfiguration_requested":
      return mark(
        "⚑",
        "reconfigure",
        "request accepted",
        `accepts a request for reconfiguration by ${nameText(run, fields.from)}: ${spaced(fields.reason)}${fields.suspect === undefined ? "" : `, suspect replica ${fields.suspect}`}`,
      );
    case "wedge_started":
      return mark("▮", "reconfigure strong", `wedges configuration ${fields.configuration}`);
    case "history_accepted":
      return mark(
        "·",
        "reconfigure dot",
        "",
        `takes the history of replica ${fields.replica} for valid (${plural(fields.entries, "entry", "entries")})`,
      );
    case "history_refused":
      return mark(
        "⊘",
        "bad",
        `history of ${fields.replica} refused`,
        `refuses the history of replica ${fields.replica}: ${spaced(fields.reason)}`,
      );
    case "report_accepted":
      return mark("·", "reconfigure dot", "", `takes the report of replica ${fields.replica}`);
    case "quorum_formed":
      return mark(
        "◎",
        "reconfigure strong",
        `quorum: ${fields.quorum.join(", ")}`,
        `chooses the quorum: replicas ${list(fields.quorum.map(String))}`,
      );
    case "state_received":
      return mark("·", "reconfigure dot", "", `has the running state of replica ${fields.replica}`);
    case "configuration_started":
      return fields.configuration === 0
        ? null
        : mark(
            "★",
            "reconfigure strong",
            `starts configuration ${fields.configuration}`,
            `starts configuration ${fields.configuration} at slot ${fields.slot}`,
          );
    case "convicted":
      return mark(
        "⚖\ufe0e",
        "bad strong",
        `convicts replica ${fields.replica}`,
        `convicts replica ${fields.replica} of configuration ${fields.configuration}: ${spaced(fields.proof?.kind ?? "")}`,
      );
    case "ruled_out":
      return mark(
        "⊘",
        "bad",
        `rules out replica ${fields.replica}`,
        `rules out replica ${fields.replica}: ${spaced(fields.reason)}`,
      );
    case "set_aside":
      return mark(
        "⊖",
        "warn",
        `sets replica ${fields.replica} aside`,
        `sets silent replica ${fields.replica} aside`,
      );
    case "run_ended":
      return mark(
        "■",
        "end",
        RUN_ENDS[fields.end] ?? fields.end,
        [RUN_ENDS[fields.end] ?? fields.end, fields.reason].filter(Boolean).join(": "),
      );
    case "sent":
    case "received":
    case "settings":
    case "diagnostic":
    case "timer_set":
    case "timer_cancelled":
    case "done":
    case "catch_up_started":
    case "final_dictionary":
      return null;
    default:
      return mark("·", "quiet dot", "", inWords(event)); // whatever has no words of its own here
  }
}

/**
 * One event in a sentence.
 * @param {Run} run
 * @param {RunEvent} event
 */
export function eventText(run, event) {
  const who = processText(event.process);
  const { fields, name } = /** @type {KnownEvent} */ (event);
  if (name === "sent") {
    const what = event.message ? messageLabels(event.message)[0] : spaced(fields.message);
    return `${who} sends ${fields.spoiled ? "a spoiled " : ""}${what} to ${nameText(run, fields.to)}`;
  }
  if (name === "received") {
    const about = [fields.slot === undefined ? null : `slot ${fields.slot}`, requestOf(fields)]
      .filter(Boolean)
      .map((part) => ` · ${part}`)
      .join("");
    const from = fields.from === event.process.name ? "itself" : nameText(run, fields.from);
    return `${who} handles ${spaced(fields.message)}${about} of ${from}`;
  }
  if (name === "timer_set")
    return `${who} starts to wait ${fields.after_ms} ms for ${timerText(fields.timer)}`;
  if (name === "timer_cancelled") return `${who} no longer waits for ${timerText(fields.timer)}`;
  return `${who}: ${markOf(run, event)?.title ?? spaced(name)}`;
}
