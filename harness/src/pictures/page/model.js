// The run as objects: processes, events, messages, the modes of replicas.
const OUTCOME = DATA.outcome;

const PROCESSES = DATA.processes.map((name, index) => {
  const parts = name.split("-");
  const process = { index, name, kind: parts[0], events: [], messages: 0 };
  if (process.kind === "client") process.number = Number(parts[1]);
  if (process.kind === "replica") [process.configuration, process.position] = parts.slice(1).map(Number);
  return process;
});
const PROCESS_BY_NAME = new Map(PROCESSES.map((process) => [process.name, process]));

const EVENTS = DATA.events.map(([at, place, name, f], n) => {
  const event = { n, at, p: PROCESSES[place], name, f };
  event.p.events.push(event);
  return event;
});

const LAST_POSITION = OUTCOME.parameters.t * 2;
const RUN_END = EVENTS.length ? EVENTS[EVENTS.length - 1].at : 0;

// A statement of the pool, with those inside it in their places.
function expand(value) {
  if (Array.isArray(value)) return value.map(expand);
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0] === "~" && typeof value["~"] === "number")
    return expand(DATA.pool[value["~"]]);
  return Object.fromEntries(keys.map((key) => [key, expand(value[key])]));
}

// Each message that was sent, with what became of it. One that nobody handled has no `received`.
function readMessages() {
  const messages = [];
  const underway = new Map();
  const bySender = new Map();
  for (const event of EVENTS) {
    const { f } = event;
    if (event.name === "sent") {
      const message = {
        kind: f.message,
        sent: event,
        from: event.p,
        to: PROCESS_BY_NAME.get(f.to) ?? null,
        name: f.to,
        received: null,
        discarded: null,
        spoiled: Boolean(f.spoiled),
      };
      event.message = message;
      messages.push(message);
      bySender.set(event.n, message);
      const link = `${event.p.name} ${f.to}`;
      if (!underway.has(link)) underway.set(link, new Set());
      underway.get(link).add(message);
    } else if (event.name === "received") {
      const message = bySender.get(f.sent);
      if (message) {
        message.received = event;
        event.message = message;
        underway.get(`${message.from.name} ${event.p.name}`)?.delete(message);
      }
    } else if (event.name === "discarded") {
      // Links are FIFO: what is discarded is the first of its kind that has not arrived.
      const candidates = underway.get(`${f.from} ${event.p.name}`) ?? new Set();
      for (const message of candidates) {
        if (f.message && message.kind !== f.message) continue;
        message.discarded = event;
        event.message = message;
        candidates.delete(message);
        break;
      }
    }
  }
  return messages;
}
const MESSAGES = readMessages();

// How long each timer ran that expired, from the event that set it.
for (const process of PROCESSES) {
  const running = new Map();
  for (const event of process.events) {
    if (event.name === "timer_set") running.set(event.f.timer, event);
    else if (event.name === "timer_cancelled") running.delete(event.f.timer);
    else if (event.name === "timer_expired") {
      event.setBy = running.get(event.f.timer);
      if (event.setBy) event.setBy.expires = event;
      running.delete(event.f.timer);
    }
  }
}

// From which event on a replica is in which mode; `crashed` and `terminated` end its line.
function modes(process) {
  const first = process.events[0];
  const spans = [
    { mode: process.kind === "replica" && process.configuration > 0 ? "pending" : "active", from: first },
  ];
  for (const event of process.events) {
    const mode = { activated: "active", wedged: "immutable", crashed: "crashed", terminated: "terminated" }[
      event.name
    ];
    const last = spans[spans.length - 1];
    if (mode && mode !== last.mode && last.mode !== "crashed") spans.push({ mode, from: event });
  }
  return spans;
}

const requestOf = (f) =>
  f.request_client === undefined || f.request === undefined ? null : `${f.request_client}:${f.request}`;

// Failures by the event that says so, and the replicas that a failure made faulty.
const FAULTY = new Set(
  OUTCOME.budget.flatMap((of) => of.faulty.map((r) => `replica-${of.configuration}-${r}`)),
);

// Events that something in the outcome points to: they are never folded away.
const POINTED_AT = new Set(
  [
    ...OUTCOME.clauses.filter((clause) => clause.status === "broken").map((clause) => clause.event),
    ...OUTCOME.invariants.filter((invariant) => invariant.held === false).map((invariant) => invariant.event),
    ...OUTCOME.failures.map((failure) => failure.event),
  ].filter((event) => event !== undefined && event !== null),
);
