// What is shown, and what of it folds: rounds in which nothing but the usual happened.

import { plural } from "./element.js";
import { markOf, TELLING } from "./marks.js";
import { isReplica, requestOf } from "./run.js";
import { timeText } from "./words.js";

/** @import { Message, Run, RunEvent } from "./run.js" */

/**
 * What a diagram may show.
 * @typedef {object} Shown
 * @property {RunEvent[]} drawn events with a mark or an arrow
 * @property {Set<number>} kept events that never fold
 */

/**
 * What somebody chose to see; empty: all.
 * @typedef {{ process: string, client: string, request: string, slot: string, kind: string }} Filters
 */

/**
 * Which folds are open, each by the number of its first event.
 * @typedef {Set<number> | "all"} Open
 */

/**
 * What happened at one point of time.
 * @typedef {{ at: number, events: RunEvent[] }} Instant
 */

/**
 * Instants that fold together.
 * @typedef {{ fold: number, isOpen: boolean, instants: Instant[], events: RunEvent[], sent: number }} Fold
 */

const USUAL_MESSAGES = new Set([
  "client_request",
  "shuttle",
  "result_shuttle",
  "result",
  "checkpoint",
  "completed_checkpoint",
]);

/**
 * Whether an event is out of the ordinary.
 * @param {Run} run
 * @param {RunEvent} event
 */
export function isTelling(run, event) {
  if (TELLING.has(event.name) || run.pointedAt.has(event.n)) return true;
  if (event.name === "retransmitted") return markOf(run, event) !== null;
  const { message } = event;
  if (event.name !== "sent" || !message) return false;
  return message.spoiled || !message.received || !USUAL_MESSAGES.has(message.kind);
}

/**
 * @param {Run} run
 * @returns {Shown}
 */
export const readShown = (run) => ({
  drawn: run.events.filter((event) => isDrawn(run, event)),
  kept: readKept(run),
});

/**
 * Events that stay in sight: telling ones, the requests that they are about, and the first round of each
 * configuration, so that one usual round is there to compare with.
 * @param {Run} run
 */
function readKept(run) {
  const requests = new Set();
  const begun = new Set();
  const kept = new Set();
  for (const event of run.events) {
    if (isTelling(run, event)) {
      kept.add(event.n);
      if (event.name === "sent" && event.message?.received) kept.add(event.message.received.n);
      const request = requestOf(event.fields);
      if (request !== null) requests.add(request);
    }
    const { process } = event;
    if (event.name === "ordered" && isReplica(process) && !begun.has(process.configuration)) {
      begun.add(process.configuration);
      requests.add(requestOf(event.fields));
    }
  }
  for (const event of run.events) {
    const request = requestOf(event.fields);
    if (request !== null && requests.has(request)) kept.add(event.n);
  }
  return kept;
}

/**
 * Which events a choice of filters lets through.
 * @param {Filters} filters
 * @returns {(event: RunEvent) => boolean}
 */
function matcher({ process, client, request, slot, kind }) {
  return (event) => {
    const { fields, process: at } = event;
    if (
      process &&
      at.name !== process &&
      event.message?.from.name !== process &&
      event.message?.name !== process
    )
      return false;
    if (
      client !== "" &&
      !(fields.request_client === Number(client) || (at.kind === "client" && at.number === Number(client)))
    )
      return false;
    if (request && requestOf(fields) !== request) return false;
    if (slot !== "" && fields.slot !== Number(slot)) return false;
    if (kind && fields.message !== kind) return false;
    return true;
  };
}

/**
 * Whether an event is drawn as an arrow or as an end of one.
 * @param {RunEvent} event
 * @returns {event is RunEvent & { message: Message }}
 */
export const drawsMessage = (event) => event.message !== undefined;

/**
 * @param {Run} run
 * @param {RunEvent} event
 */
export const isDrawn = (run, event) => drawsMessage(event) || markOf(run, event) !== null;

/**
 * Events of one point of time. Both ends of a message are there or neither is.
 * @param {Shown} shown
 * @param {Filters} filters
 */
export function instants(shown, filters) {
  const matches = matcher(filters);
  /** @type {Instant[]} */
  const found = [];
  for (const event of shown.drawn) {
    if (!matches(drawsMessage(event) ? event.message.sent : event)) continue;
    const last = found[found.length - 1];
    if (last && last.at === event.at) last.events.push(event);
    else found.push({ at: event.at, events: [event] });
  }
  return found;
}

const FOLD_MIN = 10;

/**
 * Instants and folds in the order of time. A fold stands for at least `FOLD_MIN` messages.
 * @param {Shown} shown
 * @param {Instant[]} found
 * @param {Open} open
 */
export function foldUp(shown, found, open) {
  /** @type {(Instant | Fold)[]} */
  const rows = [];
  /** @type {Instant[]} */
  let usual = [];
  const close = () => {
    const events = usual.flatMap((instant) => instant.events);
    const sent = events.filter((event) => event.name === "sent").length;
    if (sent < FOLD_MIN) rows.push(...usual);
    else {
      const id = events[0].n;
      const fold = { fold: id, isOpen: open === "all" || open.has(id), instants: usual, events, sent };
      rows.push(fold);
      if (fold.isOpen) rows.push(...usual);
    }
    usual = [];
  };
  for (const instant of found) {
    if (instant.events.some((event) => shown.kept.has(event.n))) {
      close();
      rows.push(instant);
    } else usual.push(instant);
  }
  close();
  return rows;
}

/** @param {Fold} fold */
export function foldText(fold) {
  /** @param {string} name */
  const count = (name) => fold.events.filter((event) => event.name === name).length;
  const rounds = count("accepted");
  const slots = fold.events.filter((event) => event.name === "ordered").map((event) => event.fields.slot);
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
