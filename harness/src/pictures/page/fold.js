// What is shown, and what of it folds: rounds in which nothing but the usual happened.

const TELLING = new Set([
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
const USUAL_MESSAGES = new Set([
  "client_request",
  "shuttle",
  "result_shuttle",
  "result",
  "checkpoint",
  "completed_checkpoint",
]);

function isTelling(event) {
  if (TELLING.has(event.name) || POINTED_AT.has(event.n)) return true;
  if (event.name === "retransmitted") return markOf(event) !== null;
  if (event.name !== "sent") return false;
  const { message } = event;
  return message.spoiled || !message.received || !USUAL_MESSAGES.has(message.kind);
}

// Events that stay in sight: telling ones, the requests that they are about, and the first round of each
// configuration, so that one usual round is there to compare with.
const KEPT = (() => {
  const requests = new Set();
  const begun = new Set();
  const kept = new Set();
  for (const event of EVENTS) {
    if (isTelling(event)) {
      kept.add(event.n);
      if (event.name === "sent" && event.message.received) kept.add(event.message.received.n);
      const request = requestOf(event.f);
      if (request !== null) requests.add(request);
    }
    if (event.name === "ordered" && !begun.has(event.p.configuration)) {
      begun.add(event.p.configuration);
      requests.add(requestOf(event.f));
    }
  }
  for (const event of EVENTS) {
    const request = requestOf(event.f);
    if (request !== null && requests.has(request)) kept.add(event.n);
  }
  return kept;
})();

// Which events a choice of filters lets through.
function matcher(filters) {
  const { process, client, request, slot, kind } = filters;
  return (event) => {
    const { f, p } = event;
    if (
      process &&
      p.name !== process &&
      event.message?.from.name !== process &&
      event.message?.name !== process
    )
      return false;
    if (
      client !== "" &&
      !(f.request_client === Number(client) || (p.kind === "client" && p.number === Number(client)))
    )
      return false;
    if (request && requestOf(f) !== request) return false;
    if (slot !== "" && f.slot !== Number(slot)) return false;
    if (kind && f.message !== kind) return false;
    return true;
  };
}

const drawsMessage = (event) =>
  event.message && (event.name === "sent" || event.name === "received" || event.name === "discarded");
const isDrawn = (event) => Boolean(drawsMessage(event)) || markOf(event) !== null;
const DRAWN = EVENTS.filter(isDrawn);

// Events of one point of time. Both ends of a message are there or neither is.
function instants(filters) {
  const matches = matcher(filters);
  const found = [];
  for (const event of DRAWN) {
    if (!matches(drawsMessage(event) ? event.message.sent : event)) continue;
    const last = found[found.length - 1];
    if (last && last.at === event.at) last.events.push(event);
    else found.push({ at: event.at, events: [event] });
  }
  return found;
}

const FOLD_MIN = 10;

// Instants and folds in the order of time. A fold stands for at least `FOLD_MIN` messages.
function foldUp(found, open) {
  const rows = [];
  let run = [];
  const close = () => {
    const events = run.flatMap((instant) => instant.events);
    const sent = events.filter((event) => event.name === "sent").length;
    if (sent < FOLD_MIN) rows.push(...run);
    else {
      const id = events[0].n;
      const fold = { fold: id, isOpen: open === "all" || open.has(id), instants: run, events, sent };
      rows.push(fold);
      if (fold.isOpen) rows.push(...run);
    }
    run = [];
  };
  for (const instant of found) {
    if (instant.events.some((event) => KEPT.has(event.n))) {
      close();
      rows.push(instant);
    } else run.push(instant);
  }
  close();
  return rows;
}

function foldText(fold) {
  const count = (name) => fold.events.filter((event) => event.name === name).length;
  const rounds = count("accepted");
  const slots = fold.events.filter((event) => event.name === "ordered").map((event) => event.f.slot);
  const checkpoints = count("checkpoint_started");
  const span = [fold.instants[0].at, fold.instants[fold.instants.length - 1].at];
  return [
    rounds ? `${plural(rounds, "usual round")}` : "the usual",
    slots.length
      ? slots.length === 1
        ? `slot ${slots[0]}`
        : `slots ${slots[0]} to ${slots[slots.length - 1]}`
      : null,
    checkpoints ? plural(checkpoints, "checkpoint") : null,
    plural(fold.sent, "message"),
    `${timeText(span[0])} to ${timeText(span[1])}`,
  ]
    .filter(Boolean)
    .join(", ");
}
