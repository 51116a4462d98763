// Values in words.
const quoted = (text) => `'${text}'`;
const spaced = (name) => String(name).replaceAll("_", " ");

function operationText(operation) {
  if (!operation) return "";
  const { name, key, value, slice } = operation;
  const second = slice ?? value;
  return `${name}(${quoted(key)}${second === undefined ? "" : `,${quoted(second)}`})`;
}

// `12 ms`, `0.25 ms`, `1504 ms`: the longer ago the run began, the less exact.
function timeText(micros) {
  const ms = micros / 1000;
  return `${Number(ms.toFixed(ms >= 100 ? 1 : ms >= 10 ? 2 : 3))} ms`;
}

function durationText(micros) {
  const ms = micros / 1000;
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(2))} s` : `${Number(ms.toFixed(1))} ms`;
}

function placeText(position) {
  if (LAST_POSITION === 0) return "alone";
  return position === 0 ? "head" : position === LAST_POSITION ? "tail" : "";
}

const replicaText = (position) =>
  `replica ${position}${placeText(position) ? ` (the ${placeText(position)})` : ""}`;

function processText(process) {
  if (!process) return "a process without events";
  if (process.kind === "olympus") return "Olympus";
  if (process.kind === "client") return `client ${process.number}`;
  return `replica ${process.position} (configuration ${process.configuration})`;
}

const nameText = (name) => (PROCESS_BY_NAME.has(name) ? processText(PROCESS_BY_NAME.get(name)) : name);
const shortText = (name) => {
  const process = PROCESS_BY_NAME.get(name);
  return !process ? name : process.kind === "replica" ? `replica ${process.position}` : processText(process);
};

function timerText(timer) {
  const [, kind, subject] = /^([a-z]+)-(.*)$/.exec(timer) ?? [null, "", timer];
  return (
    {
      request: `the result of request ${subject}`,
      result: `the result of request ${subject} to come back`,
      wedge: "missing wedged messages and reports",
      grace: "further reports",
      state: `the state of replica ${subject.split("-")[1] ?? ""}`,
    }[kind] ?? timer
  );
}

const CASES = {
  0: "old request, answered already",
  a: "answered from the cache",
  b: "immutable: a signed error",
  c: "not the head: forwarded",
  d: "ordered already: waits for its result",
  e: "unknown: ordered now",
};

const SHORT_CASES = {
  0: "stale",
  a: "from the cache",
  b: "error",
  c: "forwards it",
  d: "waits",
  e: "orders it",
};

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
const failureWords = (failure) => FAILURES[failure.split("(")[0].trim()] ?? "";

const ordinal = (index) =>
  ["first", "second", "third", "fourth", "fifth", "sixth"][index] ?? `${index + 1}th`;

// `client_request(0,1)`: `on the second client request of client 0`.
function triggerWords(trigger) {
  const [, name, rest] = /^\s*([a-z_]+)\s*\((.*)\)\s*$/.exec(trigger) ?? [];
  if (!name) return `on ${trigger}`;
  const numbers = rest.split(",").map(Number);
  const count = ordinal(numbers[numbers.length - 1]);
  const of = numbers.length > 1 ? ` for client ${numbers[0]}` : "";
  return `on its ${count} ${spaced(name)}${of}`;
}

const SHORT_KINDS = {
  client_request: "request",
  result_shuttle: "result sh.",
  forwarded_request: "forwarded",
  reconfiguration_request: "reconf. req.",
  completed_checkpoint: "compl. ckpt.",
  checkpoint: "ckpt.",
  configuration_query: "conf. query",
};

// What a message is about: type, slot, request, from the longest to the shortest wording.
function messageLabels(message) {
  const { f } = message.sent;
  const kind = spaced(message.kind);
  const request = requestOf(f);
  const wordings = ["slot ", "s"].map((slot) =>
    [f.slot === undefined ? null : `${slot}${f.slot}`, request].filter(Boolean),
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

// The sign, words and weight of an event on a lifeline; null where it has no mark of its own.
function markOf(event) {
  const { f, name } = event;
  const about = requestOf(f) === null ? "" : ` for ${requestOf(f)}`;
  const mark = (sign, style, label, title) => ({ sign, style, label, title: title ?? label });
  switch (name) {
    case "invoked":
      return mark(
        "▸",
        "client",
        operationText(f.operation),
        `invokes request ${requestOf(f)}: ${operationText(f.operation)}`,
      );
    case "accepted":
      return mark(
        "✓",
        "good",
        resultText(f.result),
        `accepts ${quoted(f.result)} for request ${requestOf(f)} from ${nameText(f.from)} (${f.by}), slot ${f.slot}`,
      );
    case "client_error":
      return mark("!", "warn", "signed error", `gets a signed error of ${nameText(f.from)}${about}`);
    case "ordered":
      return mark("□", "calm", `slot ${f.slot}`, `gives request ${requestOf(f)} slot ${f.slot}`);
    case "executed":
      return mark(
        "■",
        "calm dot",
        f.repeated ? "recorded result" : "",
        `executes ${operationText(f.operation)} in slot ${f.slot}: ${quoted(f.result)}${f.repeated ? ", recorded earlier" : ""}`,
      );
    case "cached":
      return mark("·", "calm dot", "", `caches the result of request ${requestOf(f)} (slot ${f.slot})`);
    case "refused":
      return mark(
        "⊘",
        "bad",
        `refuses: ${spaced(f.reason)}`,
        `refuses the ${spaced(f.message)} of ${nameText(f.from)}: ${spaced(f.reason)}`,
      );
    case "ignored":
      return mark(
        "⊘",
        "quiet",
        "ignored",
        `ignores the ${spaced(f.message)} of ${nameText(f.from)}: ${spaced(f.reason)}`,
      );
    case "suspected":
      return f.suspect === undefined
        ? mark("⚑", "warn", "asks Olympus", `asks for reconfiguration: ${spaced(f.reason)}${about}`)
        : mark(
            "⚑",
            "warn",
            `suspects replica ${f.suspect}`,
            `suspects replica ${f.suspect}: ${spaced(f.reason)}${about}`,
          );
    case "divergence":
      return mark(
        "≠",
        "warn",
        `replica ${f.suspect} diverges`,
        `sees at the checkpoint of slot ${f.slot} that the state of replica ${f.suspect} differs`,
      );
    case "retransmitted":
      return f.case === "e" && f.message === "client_request"
        ? null
        : mark(
            "↻",
            "quiet",
            `${f.case}: ${SHORT_CASES[f.case] ?? ""}`,
            `request ${requestOf(f)}, case ${f.case}: ${CASES[f.case] ?? ""}`,
          );
    case "timer_expired":
      return mark("", "warn hourglass", "timeout", `has waited in vain for ${timerText(f.timer)}`);
    case "checkpoint_started":
      return mark("◇", "violet", `checkpoint of slot ${f.slot}`);
    case "checkpoint_completed":
      return mark(
        "◆",
        "violet",
        `checkpoint ${f.slot} done`,
        `has a checkpoint proof for slot ${f.slot}; the history up to it is dropped`,
      );
    case "queued":
      return mark(
        "⋯",
        "quiet",
        "kept for later",
        `keeps the ${spaced(f.message)} of ${nameText(f.from)} for later`,
      );
    case "activated":
      return mark("●", "good", "active", `is active from slot ${f.slot} on`);
    case "wedged":
      return mark(
        "▮",
        "reconfigure",
        "wedged",
        `is immutable and tells its history: ${plural(f.entries, "entry", "entries")}${f.checkpoint === undefined ? "" : ` after the checkpoint of slot ${f.checkpoint}`}`,
      );
    case "caught_up":
      return mark(
        "·",
        "reconfigure dot",
        "",
        `catches up by ${plural(f.entries, "entry", "entries")} on a copy of its state`,
      );
    case "terminated":
      return mark("▬", "quiet", "terminates");
    case "crashed":
      return mark("✕", "bad", "crashes");
    case "slept":
      return mark("☾", "bad", `sleeps ${f.ms} ms`);
    case "discarded":
      return mark("×", "quiet", "", `discards a message of ${nameText(f.from)}: ${f.reason}`);
    case "failure_armed":
      return mark(
        "",
        "bad hollow bolt",
        `armed: ${f.failure.trim()}`,
        `failure armed by ${f.trigger.trim()}: ${f.failure.trim()}`,
      );
    case "failure_applied":
      return mark(
        "",
        "bad strong bolt",
        f.failure.trim(),
        `failure applied${f.effect ? "" : " without effect"}: ${f.pair.trim()}`,
      );
    case "reconfiguration_requested":
      return mark(
        "⚑",
        "reconfigure",
        "request accepted",
        `accepts a request for reconfiguration by ${nameText(f.from)}: ${spaced(f.reason)}${f.suspect === undefined ? "" : `, suspect replica ${f.suspect}`}`,
      );
    case "wedge_started":
      return mark("▮", "reconfigure strong", `wedges configuration ${f.configuration}`);
    case "history_accepted":
      return mark(
        "·",
        "reconfigure dot",
        "",
        `takes the history of replica ${f.replica} for valid (${plural(f.entries, "entry", "entries")})`,
      );
    case "history_refused":
      return mark(
        "⊘",
        "bad",
        `history of ${f.replica} refused`,
        `refuses the history of replica ${f.replica}: ${spaced(f.reason)}`,
      );
    case "report_accepted":
      return mark("·", "reconfigure dot", "", `takes the report of replica ${f.replica}`);
    case "quorum_formed":
      return mark(
        "◎",
        "reconfigure strong",
        `quorum: ${f.quorum.join(", ")}`,
        `chooses the quorum: replicas ${list(f.quorum.map(String))}`,
      );
    case "state_received":
      return mark("·", "reconfigure dot", "", `has the running state of replica ${f.replica}`);
    case "configuration_started":
      return f.configuration === 0
        ? null
        : mark(
            "★",
            "reconfigure strong",
            `starts configuration ${f.configuration}`,
            `starts configuration ${f.configuration} at slot ${f.slot}`,
          );
    case "convicted":
      return mark(
        "⚖\ufe0e",
        "bad strong",
        `convicts replica ${f.replica}`,
        `convicts replica ${f.replica} of configuration ${f.configuration}: ${spaced(f.proof?.kind ?? "")}`,
      );
    case "ruled_out":
      return mark(
        "⊘",
        "bad",
        `rules out replica ${f.replica}`,
        `rules out replica ${f.replica}: ${spaced(f.reason)}`,
      );
    case "set_aside":
      return mark("⊖", "warn", `sets replica ${f.replica} aside`, `sets silent replica ${f.replica} aside`);
    case "run_ended":
      return mark(
        "■",
        "end",
        {
          at_rest: "the run is at rest",
          stuck: "stuck: some client is not done",
          deadline: "ended at the deadline",
          event_bound: "ended: too many events",
        }[f.end] ?? f.end,
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
      return mark("?", "quiet", spaced(name)); // an event that this page does not know yet
  }
}

const resultText = (result) =>
  result === "" ? "''" : result.length > 24 ? `${result.slice(0, 23)}…` : result;

// One event in a sentence.
function eventText(event) {
  const who = processText(event.p);
  const { f } = event;
  if (event.name === "sent")
    return `${who} sends ${event.f.spoiled ? "a spoiled " : ""}${messageLabels(event.message)[0]} to ${nameText(f.to)}`;
  if (event.name === "received") {
    const about = [f.slot === undefined ? null : `slot ${f.slot}`, requestOf(f)]
      .filter(Boolean)
      .map((part) => ` · ${part}`)
      .join("");
    return `${who} handles ${spaced(f.message)}${about} of ${f.from === event.p.name ? "itself" : nameText(f.from)}`;
  }
  if (event.name === "timer_set") return `${who} starts to wait ${f.after_ms} ms for ${timerText(f.timer)}`;
  if (event.name === "timer_cancelled") return `${who} no longer waits for ${timerText(f.timer)}`;
  const mark = markOf(event);
  return `${who}: ${mark ? mark.title : spaced(event.name)}`;
}
