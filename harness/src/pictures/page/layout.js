// Where everything is. Time runs down; a column is a process.

import { drawsMessage, foldText, foldUp, instants, isDrawn } from "./fold.js";
import { markOf } from "./marks.js";
import { isClient, isReplica, modes } from "./run.js";

/** @import { Filters, Fold, Instant, Open, Shown } from "./fold.js" */
/** @import { Mark } from "./marks.js" */
/** @import { Message, Mode, Process, Replica, Run, RunEvent } from "./run.js" */

/**
 * The columns of replicas, shared by configurations one after another.
 * @typedef {object} Group
 * @property {{ number: number, replicas: Replica[] }[]} members
 * @property {Set<number>} positions
 * @property {number} end the last event
 * @property {number} left
 * @property {number} right
 */

/**
 * @typedef {object} Columns
 * @property {Map<Process, number>} at
 * @property {Group[]} groups
 * @property {number} step
 * @property {number} width
 */

/**
 * @typedef {{ y: number, folded?: Fold }} Place
 * @typedef {{ y: number, at: number }} Time
 * @typedef {{ y: number, gap: number }} Break
 */

/**
 * @typedef {object} Heights
 * @property {Map<number, Place>} y by the number of an event
 * @property {Time[]} times
 * @property {Break[]} breaks
 * @property {{ y: number, row: Fold, text: string }[]} folds
 * @property {number} height
 */

/**
 * @typedef {{ top: number, bottom: number }} Stretch
 * @typedef {Arrow | MarkItem | FoldItem} Item
 * @typedef {{ kind: "mark", event: RunEvent, mark: Mark, x: number, y: number } & Stretch} MarkItem
 * @typedef {{ kind: "fold", row: Fold, text: string, y: number } & Stretch} FoldItem
 * @typedef {Stretch & ArrowOnly} Arrow
 * @typedef {object} ArrowOnly
 * @property {"arrow"} kind
 * @property {RunEvent} event
 * @property {Message} message
 * @property {number} x
 * @property {number} y
 * @property {number} x2
 * @property {number} y2
 * @property {boolean} isLost
 * @property {boolean} isFolded whether it arrives in a closed fold
 */

/**
 * @typedef {{ process: Process, x: number, mode: Mode | "asleep" | "timer" } & Stretch} Lifeline
 * @typedef {{ number: number, left: number, right: number } & Stretch} Band
 */

/**
 * @typedef {object} Drawing
 * @property {Item[]} items
 * @property {number} sent how many messages the filters let through
 * @property {number} shown how many of them no fold hides
 * @property {Lifeline[]} lifelines
 * @property {Band[]} bands
 * @property {Map<number, Item[]>} buckets
 */

/** @typedef {Columns & Heights & Drawing} Plan */

const ROW = { sent: 15, received: 11, label: 17, dot: 6 };
export const GUTTER = 66;
export const BREAK_FROM = 60_000; // microseconds without anything that are worth a break mark

/**
 * The room for a stretch of time in which nothing is drawn.
 * @param {number} micros
 */
function gapHeight(micros) {
  if (micros >= BREAK_FROM) return 40;
  return Math.min(6 + 8 * Math.log10(1 + micros / 100), 26);
}

/**
 * Columns from left to right: clients, replicas, Olympus, replicas. Configurations that do not
 * overlap in time share columns, so that a long life of the object stays as narrow as a short one.
 * @param {Run} run
 * @param {(Instant | Fold)[]} rows
 * @param {boolean} isFiltered
 * @param {number} width
 * @returns {Columns}
 */
function columns(run, rows, isFiltered, width) {
  const used = new Set();
  for (const row of rows)
    for (const event of row.events) {
      used.add(event.process);
      if (drawsMessage(event))
        for (const end of [event.message.from, event.message.to]) if (end) used.add(end);
    }
  const shown = run.processes.filter((process) => !isFiltered || used.has(process));
  const groups = groupUp(run, shown.filter(isReplica));
  const clients = shown.filter(isClient);
  const olympus = shown.filter((process) => process.kind === "olympus");
  const replicaColumns = groups.reduce((sum, group) => sum + group.positions.size, 0);
  const count = Math.max(1, clients.length + olympus.length + replicaColumns);
  const right = Math.min(130, Math.max(70, width * 0.1));
  const step = Math.max(88, Math.min(190, (width - GUTTER - right - 48 * groups.length) / count));
  let x = GUTTER + step / 2;
  /** @type {Map<Process, number>} */
  const at = new Map();
  /** @param {Process[]} processes */
  const take = (processes) => {
    for (const process of processes) {
      at.set(process, x);
      x += step;
    }
  };
  take(clients);
  groups.forEach((group, index) => {
    if (index === 1 || (index === 0 && groups.length === 0)) take(olympus);
    x += 24;
    group.left = x - step / 2 - 4;
    for (const position of [...group.positions].sort((a, b) => a - b)) {
      for (const { replicas } of group.members) {
        const replica = replicas.find((replica) => replica.position === position);
        if (replica) at.set(replica, x);
      }
      x += step;
    }
    group.right = x - step / 2 + 4;
    x += 24;
  });
  if (groups.length < 2) take(olympus);
  return { at, groups, step, width: x - step / 2 + right };
}

/**
 * @param {Run} run
 * @param {Replica[]} shown
 */
function groupUp(run, shown) {
  /** @type {Map<number, Replica[]>} */
  const configurations = new Map();
  for (const replica of shown) {
    const others = configurations.get(replica.configuration);
    if (others) others.push(replica);
    else configurations.set(replica.configuration, [replica]);
  }
  /** @type {Group[]} */
  const groups = [];
  for (const [number, replicas] of [...configurations].sort(([a], [b]) => a - b)) {
    const start = Math.min(...replicas.map((replica) => replica.events[0].n));
    const ends = replicas.map(
      (replica) => replica.events.filter((event) => isDrawn(run, event)).at(-1)?.n ?? 0,
    );
    let group = groups.find((group) => group.end < start);
    if (!group) groups.push((group = { members: [], positions: new Set(), end: 0, left: 0, right: 0 }));
    group.members.push({ number, replicas });
    for (const replica of replicas) group.positions.add(replica.position);
    group.end = Math.max(...ends, start);
  }
  return groups;
}

/**
 * Heights: `y` of each event that is in sight, and what else there is to draw at which height.
 * @param {Run} run
 * @param {(Instant | Fold)[]} rows
 * @returns {Heights}
 */
function rowsToHeights(run, rows) {
  /** @type {Map<number, Place>} */
  const y = new Map();
  const times = [];
  const breaks = [];
  const folds = [];
  let base = 30;
  /** @type {number | null} */
  let last = null;
  for (const row of rows) {
    if ("fold" in row) {
      base += 14;
      if (!row.isOpen) {
        for (const event of row.events) y.set(event.n, { y: base + 17, folded: row });
        last = row.instants[row.instants.length - 1].at;
      }
      folds.push({ y: base, row, text: foldText(row) });
      base += 44;
      continue;
    }
    if (last !== null) {
      const gap = row.at - last;
      if (gap >= BREAK_FROM) breaks.push({ y: base + 20, gap });
      base += gapHeight(gap);
    }
    last = row.at;
    times.push({ y: base, at: row.at });
    base += placeInstant(run, row, base, y);
  }
  return { y, times, breaks, folds, height: base + 40 };
}

/**
 * Each process stacks its own events; a message arrives below where it left. Gives the height.
 * @param {Run} run
 * @param {Instant} row
 * @param {number} base
 * @param {Map<number, Place>} y
 */
function placeInstant(run, row, base, y) {
  /** @type {Map<Process, number>} */
  const used = new Map();
  let height = 0;
  for (const event of row.events) {
    let top = used.get(event.process) ?? 0;
    if (event.name !== "sent" && drawsMessage(event)) {
      const left = y.get(event.message.sent.n);
      if (left) top = Math.max(top, left.y + 8 - base);
    }
    y.set(event.n, { y: base + top });
    top += rowHeight(run, event);
    used.set(event.process, top);
    height = Math.max(height, top);
  }
  return height;
}

/**
 * @param {Run} run
 * @param {RunEvent} event
 */
function rowHeight(run, event) {
  if (drawsMessage(event)) return event.name === "sent" ? ROW.sent : ROW.received;
  return markOf(run, event)?.style.includes("dot") ? ROW.dot : ROW.label;
}

/**
 * Everything that a choice of filters and open folds comes to.
 * @param {Run} run
 * @param {Shown} choice
 * @param {Filters} filters
 * @param {Open} open
 * @param {number} width
 * @returns {Plan}
 */
export function layOut(run, choice, filters, open, width) {
  const isFiltered = Object.values(filters).some((value) => value !== "");
  const found = instants(choice, filters);
  const rows = foldUp(choice, found, open);
  const plan = columns(run, rows, isFiltered, width);
  const heights = rowsToHeights(run, rows);
  /** @type {Item[]} */
  const items = [];
  let shown = 0;
  for (const { events } of found) {
    for (const event of events) {
      const place = heights.y.get(event.n);
      if (!place || place.folded) continue;
      const { y } = place;
      const x = plan.at.get(event.process) ?? 0;
      if (drawsMessage(event)) {
        if (event.name !== "sent") continue;
        items.push(arrow(event, y, x, plan, heights));
        shown += 1;
        continue;
      }
      const mark = markOf(run, event);
      if (mark) items.push({ kind: "mark", event, mark, x, y, top: y - 10, bottom: y + 10 });
    }
  }
  for (const fold of heights.folds) items.push({ kind: "fold", ...fold, top: fold.y, bottom: fold.y + 34 });
  const sent = found.reduce(
    (sum, { events }) => sum + events.filter((event) => event.name === "sent").length,
    0,
  );
  return {
    ...plan,
    ...heights,
    items,
    sent,
    shown,
    lifelines: lifelines(run, plan, heights),
    bands: bands(run, plan, heights),
    buckets: buckets(items),
  };
}

/**
 * @param {RunEvent & { message: Message }} event
 * @param {number} y
 * @param {number} x
 * @param {Columns} plan
 * @param {Heights} heights
 * @returns {Arrow}
 */
function arrow(event, y, x, plan, heights) {
  const { message } = event;
  const arrival = message.received ?? message.discarded;
  const end = arrival ? heights.y.get(arrival.n) : null;
  const x2 = message.to ? (plan.at.get(message.to) ?? x) : x + plan.step / 2;
  const y2 = end ? end.y : y + 18;
  return {
    kind: "arrow",
    event,
    message,
    x,
    y,
    x2,
    y2,
    isLost: !message.received,
    isFolded: Boolean(end?.folded),
    top: y - 12,
    bottom: Math.max(y, y2) + 12,
  };
}

/**
 * The stretches of each line, from its first event in sight to its last.
 * @param {Run} run
 * @param {Columns} plan
 * @param {Heights} heights
 */
function lifelines(run, plan, heights) {
  /** @type {Lifeline[]} */
  const lines = [];
  for (const [process, x] of plan.at) {
    /** @param {RunEvent} event */
    const height = (event) => heights.y.get(event.n)?.y;
    const seen = process.events.filter((event) => heights.y.has(event.n));
    const arrivals = seen.length ? [height(seen[0]), height(seen[seen.length - 1])] : [];
    const first = isReplica(process) && process.configuration > 0 ? (arrivals[0] ?? 0) - 16 : 8;
    const spans = modes(process);
    const ended = spans.find((span) => span.mode === "crashed" || span.mode === "terminated");
    const stop = ended
      ? (height(ended.from) ?? arrivals[1] ?? heights.height)
      : Math.max(arrivals[1] ?? 0, isLast(run, process) ? heights.height - 16 : 0);
    let from = first;
    spans.forEach((span, index) => {
      const next = spans[index + 1];
      const to = next ? (height(next.from) ?? from) : stop;
      if (span.mode !== "crashed" && span.mode !== "terminated" && to > from)
        lines.push({ process, x, mode: span.mode, top: from, bottom: to });
      from = to;
    });
    if (ended) lines.push({ process, x, mode: ended.mode, top: stop, bottom: stop });
    for (const event of seen) {
      const y = height(event) ?? stop;
      if (event.name === "slept")
        lines.push({ process, x, mode: "asleep", top: y, bottom: wakes(process, event, heights) ?? stop });
    }
    for (const event of seen) {
      const set = event.setBy && nearest(process, event.setBy, heights);
      if (set !== undefined)
        lines.push({ process, x, mode: "timer", top: set, bottom: height(event) ?? stop });
    }
  }
  return lines;
}

/**
 * The height of the first event after a sleep.
 * @param {Process} process
 * @param {RunEvent} event
 * @param {Heights} heights
 */
function wakes(process, event, heights) {
  const until = event.at + Number(event.fields.ms) * 1000;
  const isAwake = (/** @type {RunEvent} */ other) => other.n > event.n && other.at >= until;
  const wake = process.events.find((other) => isAwake(other) && heights.y.has(other.n));
  return wake && heights.y.get(wake.n)?.y;
}

/**
 * Setting a timer is no mark of its own: its stretch begins at the event before it.
 * @param {Process} process
 * @param {RunEvent} event
 * @param {Heights} heights
 */
function nearest(process, event, heights) {
  const before = process.events.findLast((other) => other.n <= event.n && heights.y.has(other.n));
  return before && heights.y.get(before.n)?.y;
}

/**
 * Whether a process lives to the end, but for crashes.
 * @param {Run} run
 * @param {Process} process
 */
const isLast = (run, process) => !isReplica(process) || process.configuration === run.lastConfiguration;

/**
 * @param {Run} run
 * @param {Columns} plan
 * @param {Heights} heights
 */
function bands(run, plan, heights) {
  /** @type {Band[]} */
  const found = [];
  for (const group of plan.groups)
    for (const { number, replicas } of group.members) {
      const seen = replicas
        .flatMap((replica) => replica.events)
        .map((event) => heights.y.get(event.n)?.y)
        .filter((y) => y !== undefined);
      const top = number === 0 ? 2 : Math.min(...seen) - 30;
      const bottom = number === run.lastConfiguration ? heights.height - 6 : Math.max(...seen) + 14;
      if (seen.length) found.push({ number, left: group.left, right: group.right, top, bottom });
    }
  return found;
}

/** Items are found by stretches of height, so that drawing a screen looks at no more than a screen. */
export const BUCKET = 800;

/** @param {Item[]} items */
function buckets(items) {
  /** @type {Map<number, Item[]>} */
  const index = new Map();
  for (const item of items) {
    for (
      let bucket = Math.floor(item.top / BUCKET);
      bucket <= Math.floor(item.bottom / BUCKET);
      bucket += 1
    ) {
      const others = index.get(bucket);
      if (others) others.push(item);
      else index.set(bucket, [item]);
    }
  }
  return index;
}
