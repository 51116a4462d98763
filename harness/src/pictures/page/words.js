// Values in words.

import { requestOf } from "./run.js";

/** @import { Operation } from "./data.d.ts" */
/** @import { Message, Process, Run } from "./run.js" */

/** @param {string} text */
export const quoted = (text) => `'${text}'`;

/**
 * A name of the trace as words.
 * @param {string | undefined} name
 */
export const spaced = (name) => String(name).replaceAll("_", " ");

/**
 * The values of an event under their names, what is nested under dotted ones. Messages and proofs are left out:
 * they are shown whole where an event is.
 * @param {Record<string, unknown>} fields
 */
export function valuesOf(fields) {
  /** @type {[string, string][]} */
  const values = [];
  for (const [name, value] of Object.entries(fields)) {
    const isWhole = ["content", "proof", "entries"].includes(name) && typeof value !== "number";
    if (!isWhole) flatten(value, name, values);
  }
  return values;
}

/**
 * @param {unknown} value
 * @param {string} name
 * @param {[string, string][]} to
 */
function flatten(value, name, to) {
  if (value === null || typeof value !== "object") to.push([name, String(value)]);
  else {
    const entries = Object.entries(value);
    if (!entries.length) to.push([name, Array.isArray(value) ? "[]" : "{}"]);
    for (const [key, item] of entries) flatten(item, `${name}.${key}`, to);
  }
}

/** @param {Operation} operation */
export function operationText({ name, key, value, slice }) {
  const second = slice ?? value;
  return `${name}(${quoted(key)}${second === undefined ? "" : `,${quoted(second)}`})`;
}

/**
 * `12 ms`, `0.25 ms`, `1504 ms`: the longer ago the run began, the less exact.
 * @param {number} micros
 */
export function timeText(micros) {
  const ms = micros / 1000;
  return `${Number(ms.toFixed(ms >= 100 ? 1 : ms >= 10 ? 2 : 3))} ms`;
}

/** @param {number} micros */
export function durationText(micros) {
  const ms = micros / 1000;
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(2))} s` : `${Number(ms.toFixed(1))} ms`;
}

/**
 * @param {Run} run
 * @param {number} position
 */
export function placeText(run, position) {
  if (run.lastPosition === 0) return "alone";
  return position === 0 ? "head" : position === run.lastPosition ? "tail" : "";
}

/**
 * @param {Run} run
 * @param {number} position
 */
export function replicaText(run, position) {
  const place = placeText(run, position);
  return `replica ${position}${place ? ` (the ${place})` : ""}`;
}

/** @param {Process | null} process */
export function processText(process) {
  if (!process) return "a process without events";
  if (process.kind === "olympus") return "Olympus";
  if (process.kind === "client") return `client ${process.number}`;
  return `replica ${process.position} (configuration ${process.configuration})`;
}

/**
 * @param {Run} run
 * @param {string} name of a process
 */
export function nameText(run, name) {
  const process = run.processByName.get(name);
  return process ? processText(process) : name;
}

/** @param {string} timer */
export function timerText(timer) {
  const [, kind, subject] = /^([a-z]+)-(.*)$/.exec(timer) ?? [null, "", timer];
  switch (kind) {
    case "request":
      return `the result of request ${subject}`;
    case "result":
      return `the result of request ${subject} to come back`;
    case "wedge":
      return "missing wedged messages and reports";
    case "grace":
      return "further reports";
    case "state":
      return `the state of replica ${subject.split("-")[1] ?? ""}`;
    default:
      return timer;
  }
}

/** @type {Record<string, string>} */
const FAILURES = {
  change_operation: "its statements in the next shuttle name get('x') instead of the client's operation",
  change_result: "its result statement in the next answer has the hash of OK instead of the real result",
  drop_result_stmt: "the head's result statement is missing from its next answer",
  crash: "the process stops at once",
  truncate_history: "its next wedged message hides the end of its history",
  sleep: "it does nothing at all for that many milliseconds",
  drop: "it ignores the message",
  increment_slot: "it skips a slot number",
  extra_op: "it applies put('a','a') to its own state, unasked",
  invalid_order_sig: "its order statement in the next shuttle is badly signed",
  invalid_result_sig: "its result statement in the next message is badly signed",
  drop_checkpt_stmts: "its next completed checkpoint lacks the statements of the first replicas",
  omit_send: "its next message is not sent",
};

/** @param {string} failure as the file spells it */
export const failureWords = (failure) => FAILURES[failure.split("(")[0].trim()] ?? "";

/** @param {number} index */
const ordinal = (index) =>
  ["first", "second", "third", "fourth", "fifth", "sixth"][index] ?? `${index + 1}th`;

/**
 * `client_request(0,1)`: `on its second client request for client 0`.
 * @param {string} trigger as the file spells it
 */
export function triggerWords(trigger) {
  const [, name, rest] = /^\s*([a-z_]+)\s*\((.*)\)\s*$/.exec(trigger) ?? [];
  if (!name) return `on ${trigger}`;
  const numbers = rest.split(",").map(Number);
  const count = ordinal(numbers[numbers.length - 1]);
  const of = numbers.length > 1 ? ` for client ${numbers[0]}` : "";
  return `on its ${count} ${spaced(name)}${of}`;
}

/**
 * What became of a failure.
 * @type {Record<string, string>}
 */
export const FATES = {
  applied: "applied",
  armed: "armed, never applied",
  not_triggered: "not triggered",
};

/** @type {Record<string, string>} */
const SHORT_KINDS = {
  client_request: "request",
  result_shuttle: "result sh.",
  forwarded_request: "forwarded",
  reconfiguration_request: "reconf. req.",
  completed_checkpoint: "compl. ckpt.",
  checkpoint: "ckpt.",
  configuration_query: "conf. query",
};

/**
 * What a message is about: type, slot, request, from the longest to the shortest wording.
 * @param {Message} message
 */
export function messageLabels(message) {
  const { fields } = message.sent;
  const kind = spaced(message.kind);
  const request = requestOf(fields);
  const wordings = ["slot ", "s"].map((slot) =>
    [fields.slot === undefined ? null : `${slot}${fields.slot}`, request].filter(Boolean),
  );
  const short = wordings[1].join(" ");
  return [
    [kind, ...wordings[0]].join(" · "),
    [kind, ...wordings[1]].join(" · "),
    short ? `${kind} ${short}` : kind,
    short && SHORT_KINDS[message.kind] ? `${SHORT_KINDS[message.kind]} ${short}` : kind,
    kind,
  ];
}

/**
 * A result, shortened where it is long.
 * @param {string} result
 */
export const resultText = (result) =>
  result === "" ? "''" : result.length > 24 ? `${result.slice(0, 23)}…` : result;
