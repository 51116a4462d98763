// The run as one value: processes, events, messages, the modes of replicas.

/** @import { Outcome, RunData } from "./data.d.ts" */

/**
 * What everything on a page is drawn from. Whoever draws is given it; nobody changes it.
 * @typedef {object} Run
 * @property {RunData} data
 * @property {Outcome} outcome
 * @property {Process[]} processes
 * @property {Map<string, Process>} processByName
 * @property {RunEvent[]} events each at the place of its number
 * @property {Message[]} messages
 * @property {number} lastPosition the tail's
 * @property {number} lastConfiguration
 * @property {number} end microseconds
 * @property {Set<string>} faulty the names of the replicas that a failure made faulty
 * @property {Set<number>} pointedAt events that something in the outcome points to
 */

/**
 * @typedef {Client | Olympus | Replica} Process
 * @typedef {{ kind: "client", number: number } & Named} Client
 * @typedef {{ kind: "olympus" } & Named} Olympus
 * @typedef {{ kind: "replica", configuration: number, position: number } & Named} Replica
 * @typedef {{ name: string, events: RunEvent[] }} Named
 */

/**
 * @typedef {object} RunEvent
 * @property {number} n its number
 * @property {number} at microseconds
 * @property {Process} process
 * @property {string} name
 * @property {Fields} fields
 * @property {Message} [message] for what is sent, received and discarded
 * @property {RunEvent} [setBy] for a timer that expires
 */

/**
 * The fields that more than one kind of event has. What else there is marks.js knows.
 * @typedef {CommonFields & Record<string, unknown>} Fields
 * @typedef {object} CommonFields
 * @property {number} [request_client]
 * @property {number} [request]
 * @property {number} [slot]
 * @property {string} [message] its kind
 * @property {string} [from]
 * @property {string} [to]
 * @property {string} [timer]
 * @property {string} [reason]
 */

/**
 * @typedef {object} Message
 * @property {string} kind
 * @property {RunEvent} sent
 * @property {Process} from
 * @property {Process | null} to null for a process without events
 * @property {string} name the receiver's
 * @property {RunEvent | null} received null for one that nobody handled
 * @property {RunEvent | null} discarded
 * @property {boolean} spoiled
 */

/**
 * @param {RunData} data
 * @returns {Run}
 */
export function readRun(data) {
  const { outcome } = data;
  const processes = data.processes.map(readProcess);
  const processByName = new Map(processes.map((process) => [process.name, process]));
  const events = data.events.map(([at, place, name, fields], n) => {
    /** @type {RunEvent} */
    const event = { n, at, process: processes[place], name, fields };
    event.process.events.push(event);
    return event;
  });
  const messages = readMessages(events, processByName);
  for (const process of processes) readTimers(process);
  return {
    data,
    outcome,
    processes,
    processByName,
    events,
    messages,
    lastPosition: outcome.parameters.t * 2,
    lastConfiguration: Math.max(0, ...processes.filter(isReplica).map((replica) => replica.configuration)),
    end: events.at(-1)?.at ?? 0,
    faulty: new Set(outcome.budget.flatMap((of) => of.faulty.map((r) => `replica-${of.configuration}-${r}`))),
    pointedAt: new Set(pointedAt(outcome)),
  };
}

/**
 * @param {string} name
 * @returns {Process}
 */
function readProcess(name) {
  const [kind, ...numbers] = name.split("-");
  const [first, second] = numbers.map(Number);
  switch (kind) {
    case "client":
      return { kind, name, events: [], number: first };
    case "replica":
      return { kind, name, events: [], configuration: first, position: second };
    default:
      return { kind: "olympus", name, events: [] };
  }
}

/**
 * @param {Process} process
 * @returns {process is Replica}
 */
export const isReplica = (process) => process.kind === "replica";

/**
 * @param {Process} process
 * @returns {process is Client}
 */
export const isClient = (process) => process.kind === "client";

/**
 * Each message that was sent, with what became of it.
 * @param {RunEvent[]} events
 * @param {Map<string, Process>} processByName
 */
function readMessages(events, processByName) {
  /** @type {Message[]} */
  const messages = [];
  /** @type {Map<string, Set<Message>>} */
  const underway = new Map();
  /** @type {Map<unknown, Message>} */
  const bySender = new Map();
  for (const event of events) {
    if (event.name === "sent") {
      const fields = /** @type {{ message: string, to: string, spoiled?: boolean }} */ (event.fields);
      const message = {
        kind: fields.message,
        sent: event,
        from: event.process,
        to: processByName.get(fields.to) ?? null,
        name: fields.to,
        received: null,
        discarded: null,
        spoiled: Boolean(fields.spoiled),
      };
      event.message = message;
      messages.push(message);
      bySender.set(event.n, message);
      const link = `${event.process.name} ${fields.to}`;
      const before = underway.get(link);
      if (before) before.add(message);
      else underway.set(link, new Set([message]));
    } else if (event.name === "received") {
      const message = bySender.get(event.fields.sent);
      if (message) {
        message.received = event;
        event.message = message;
        underway.get(`${message.from.name} ${event.process.name}`)?.delete(message);
      }
    } else if (event.name === "discarded") {
      // Links are FIFO: what is discarded is the first of its kind that has not arrived.
      const candidates = underway.get(`${event.fields.from} ${event.process.name}`) ?? new Set();
      for (const message of candidates) {
        if (event.fields.message && message.kind !== event.fields.message) continue;
        message.discarded = event;
        event.message = message;
        candidates.delete(message);
        break;
      }
    }
  }
  return messages;
}

/**
 * Joins each timer that expires to the event that set it.
 * @param {Process} process
 */
function readTimers(process) {
  /** @type {Map<string | undefined, RunEvent>} */
  const running = new Map();
  for (const event of process.events) {
    if (event.name === "timer_set") running.set(event.fields.timer, event);
    else if (event.name === "timer_cancelled") running.delete(event.fields.timer);
    else if (event.name === "timer_expired") {
      event.setBy = running.get(event.fields.timer);
      running.delete(event.fields.timer);
    }
  }
}

/** @param {Outcome} outcome */
function pointedAt(outcome) {
  const events = [
    ...outcome.clauses.filter((clause) => clause.status === "broken").map((clause) => clause.event),
    ...outcome.invariants.filter((invariant) => invariant.held === false).map((invariant) => invariant.event),
    ...outcome.failures.map((failure) => failure.event),
  ];
  return events.filter((event) => event !== undefined && event !== null);
}

/** @typedef {"pending" | "active" | "immutable" | "crashed" | "terminated"} Mode */

/** @type {Record<string, Mode>} */
const MODES = { activated: "active", wedged: "immutable", crashed: "crashed", terminated: "terminated" };

/**
 * From which event on a process is in which mode; `crashed` and `terminated` end its line.
 * @param {Process} process
 */
export function modes(process) {
  const isNew = isReplica(process) && process.configuration > 0;
  /** @type {{ mode: Mode, from: RunEvent }[]} */
  const spans = [{ mode: isNew ? "pending" : "active", from: process.events[0] }];
  for (const event of process.events) {
    const mode = MODES[event.name];
    const last = spans[spans.length - 1];
    if (mode && mode !== last.mode && last.mode !== "crashed") spans.push({ mode, from: event });
  }
  return spans;
}

/**
 * The request that an event is about: `0:1` is the first of client 0.
 * @param {CommonFields} fields
 */
export const requestOf = (fields) =>
  fields.request_client === undefined || fields.request === undefined
    ? null
    : `${fields.request_client}:${fields.request}`;

/**
 * A value of an event, with the signed statements of the pool in their places.
 * @param {Run} run
 * @param {unknown} value
 * @returns {unknown}
 */
export function expand(run, value) {
  if (Array.isArray(value)) return value.map((item) => expand(run, item));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0][0] === "~" && typeof entries[0][1] === "number")
    return expand(run, run.data.pool[entries[0][1]]);
  return Object.fromEntries(entries.map(([key, item]) => [key, expand(run, item)]));
}
