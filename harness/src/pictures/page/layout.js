// Where everything is. Time runs down; a column is a process.

const ROW = { sent: 15, received: 11, label: 17, dot: 6 };
const GUTTER = 66;
const BREAK_FROM = 60_000; // microseconds without anything that are worth a break mark

// The room for a stretch of time in which nothing is drawn.
function gapHeight(micros) {
  if (micros >= BREAK_FROM) return 40;
  return Math.min(6 + 8 * Math.log10(1 + micros / 100), 26);
}

// Columns from left to right: clients, replicas, Olympus, replicas. Configurations that do not
// overlap in time share columns, so that a long life of the object stays as narrow as a short one.
function columns(rows, isFiltered, width) {
  const used = new Set();
  for (const row of rows)
    for (const event of row.events) {
      used.add(event.p);
      if (drawsMessage(event))
        for (const end of [event.message.from, event.message.to]) if (end) used.add(end);
    }
  const shown = PROCESSES.filter((process) => !isFiltered || used.has(process));
  const configurations = new Map();
  for (const process of shown.filter((process) => process.kind === "replica")) {
    if (!configurations.has(process.configuration)) configurations.set(process.configuration, []);
    configurations.get(process.configuration).push(process);
  }
  const groups = [];
  for (const [number, replicas] of [...configurations].sort(([a], [b]) => a - b)) {
    const start = Math.min(...replicas.map((replica) => replica.events[0].n));
    const ends = replicas.map((replica) => replica.events.filter(isDrawn).at(-1)?.n ?? 0);
    let group = groups.find((group) => group.end < start);
    if (!group) groups.push((group = { members: [], positions: new Set(), end: 0 }));
    group.members.push({ number, replicas });
    for (const replica of replicas) group.positions.add(replica.position);
    group.end = Math.max(...ends, start);
  }
  const clients = shown.filter((process) => process.kind === "client");
  const olympus = shown.filter((process) => process.kind === "olympus");
  const replicaColumns = groups.reduce((sum, group) => sum + group.positions.size, 0);
  const count = Math.max(1, clients.length + olympus.length + replicaColumns);
  const right = Math.min(130, Math.max(70, width * 0.1));
  const step = Math.max(88, Math.min(190, (width - GUTTER - right - 48 * groups.length) / count));
  let x = GUTTER + step / 2;
  const at = new Map();
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

// Heights: `y` of each event that is in sight, and what else there is to draw at which height.
function rowsToHeights(rows) {
  const y = new Map();
  const times = [];
  const breaks = [];
  const folds = [];
  let base = 30;
  let last = null;
  for (const row of rows) {
    if (row.fold !== undefined) {
      base += 14;
      const first = row.instants[0];
      if (!row.isOpen) {
        for (const event of row.events) y.set(event.n, { y: base + 17, folded: row });
        last = row.instants[row.instants.length - 1].at;
      }
      folds.push({ y: base, row, text: foldText(row), at: first.at });
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
    base += placeInstant(row, base, y);
  }
  return { y, times, breaks, folds, height: base + 40 };
}

// Each process stacks its own events; a message arrives below where it left. Gives the height.
function placeInstant(row, base, y) {
  const used = new Map();
  let height = 0;
  for (const event of row.events) {
    let top = used.get(event.p) ?? 0;
    if (event.name !== "sent" && drawsMessage(event)) {
      const left = y.get(event.message.sent.n);
      if (left) top = Math.max(top, left.y + 8 - base);
    }
    y.set(event.n, { y: base + top });
    top += rowHeight(event);
    used.set(event.p, top);
    height = Math.max(height, top);
  }
  return height;
}

function rowHeight(event) {
  if (drawsMessage(event)) return event.name === "sent" ? ROW.sent : ROW.received;
  return markOf(event).style.includes("dot") ? ROW.dot : ROW.label;
}

// Everything that a choice of filters and open folds comes to.
function layOut(filters, open, width) {
  const isFiltered = Object.values(filters).some((value) => value !== "");
  const found = instants(filters);
  const rows = foldUp(found, open);
  const plan = columns(rows, isFiltered, width);
  const heights = rowsToHeights(rows);
  const items = [];
  let shown = 0;
  for (const { events } of found) {
    for (const event of events) {
      const place = heights.y.get(event.n);
      if (!place || place.folded) continue;
      const x = plan.at.get(event.p);
      if (event.name === "sent") {
        items.push(arrow(event, place, x, plan, heights));
        shown += 1;
      } else if (!drawsMessage(event))
        items.push({
          kind: "mark",
          event,
          mark: markOf(event),
          x,
          y: place.y,
          top: place.y - 10,
          bottom: place.y + 10,
        });
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
    lifelines: lifelines(plan, heights),
    bands: bands(plan, heights),
    buckets: buckets(items),
  };
}

function arrow(event, place, x, plan, heights) {
  const { message } = event;
  const arrival = message.received ?? message.discarded;
  const end = arrival ? heights.y.get(arrival.n) : null;
  const x2 = message.to ? (plan.at.get(message.to) ?? x) : x + plan.step / 2;
  const y2 = end ? end.y : place.y + 18;
  return {
    kind: "arrow",
    event,
    message,
    x,
    y: place.y,
    x2,
    y2,
    isLost: !message.received,
    isFolded: Boolean(end?.folded),
    top: place.y - 12,
    bottom: Math.max(place.y, y2) + 12,
  };
}

// The stretches of each line, from its first event in sight to its last.
function lifelines(plan, heights) {
  const lines = [];
  for (const [process, x] of plan.at) {
    const height = (event) => heights.y.get(event?.n)?.y;
    const seen = process.events.filter((event) => heights.y.has(event.n));
    const arrivals = seen.length ? [height(seen[0]), height(seen.at(-1))] : [];
    const first = process.configuration > 0 ? (arrivals[0] ?? 0) - 16 : 8;
    const spans = modes(process);
    const ended = spans.find((span) => span.mode === "crashed" || span.mode === "terminated");
    const stop = ended
      ? (height(ended.from) ?? arrivals[1] ?? heights.height)
      : Math.max(arrivals[1] ?? 0, isLast(process) ? heights.height - 16 : 0);
    let from = first;
    spans.forEach((span, index) => {
      const next = spans[index + 1];
      const to = next ? (height(next.from) ?? from) : stop;
      if (span.mode !== "crashed" && span.mode !== "terminated" && to > from)
        lines.push({ process, x, mode: span.mode, top: from, bottom: to });
      from = to;
    });
    if (ended) lines.push({ process, x, mode: ended.mode, top: stop, bottom: stop });
    for (const event of seen.filter((event) => event.name === "slept")) {
      const wake = process.events.find(
        (other) => other.n > event.n && other.at >= event.at + event.f.ms * 1000 && heights.y.has(other.n),
      );
      lines.push({ process, x, mode: "asleep", top: height(event), bottom: wake ? height(wake) : stop });
    }
    for (const event of seen.filter((event) => event.name === "timer_expired" && event.setBy)) {
      const set = nearest(process, event.setBy, heights);
      if (set !== null) lines.push({ process, x, mode: "timer", top: set, bottom: height(event) });
    }
  }
  return lines;
}

// Setting a timer is no mark of its own: its stretch begins at the event before it.
function nearest(process, event, heights) {
  const before = process.events.filter((other) => other.n <= event.n && heights.y.has(other.n)).at(-1);
  return before ? heights.y.get(before.n).y : null;
}

const LAST_CONFIGURATION = Math.max(0, ...PROCESSES.map((process) => process.configuration ?? 0));
const isLast = (process) => process.kind !== "replica" || process.configuration === LAST_CONFIGURATION;

function bands(plan, heights) {
  const found = [];
  for (const group of plan.groups)
    for (const { number, replicas } of group.members) {
      const seen = replicas
        .flatMap((replica) => replica.events)
        .map((event) => heights.y.get(event.n)?.y)
        .filter((y) => y !== undefined);
      const top = number === 0 ? 2 : Math.min(...seen) - 30;
      const bottom = number === LAST_CONFIGURATION ? heights.height - 6 : Math.max(...seen) + 14;
      if (seen.length) found.push({ number, replicas, left: group.left, right: group.right, top, bottom });
    }
  return found;
}

// Items by stretches of height, so that drawing a screen looks at no more than a screen.
const BUCKET = 800;
function buckets(items) {
  const index = new Map();
  for (const item of items) {
    for (
      let bucket = Math.floor(item.top / BUCKET);
      bucket <= Math.floor(item.bottom / BUCKET);
      bucket += 1
    ) {
      if (!index.has(bucket)) index.set(bucket, []);
      index.get(bucket).push(item);
    }
  }
  return index;
}
