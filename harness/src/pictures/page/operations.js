// The clients' operations as bars over time: a row a client, from the invocation to the accepted result.

import { fit, LETTER } from "./draw.js";
import { eventLink, h, plural, s, section, tableOf } from "./element.js";
import { BREAK_FROM } from "./layout.js";
import { requestOf } from "./run.js";
import { durationText, operationText, resultText, timeText } from "./words.js";

/** @import { Request } from "./data.d.ts" */
/** @import { Run } from "./run.js" */

/**
 * A request on the axis of time.
 * @typedef {object} Bar
 * @property {Request} request
 * @property {number} left
 * @property {number} right
 * @property {number} row
 * @property {number | undefined} event the invocation
 */

const BAR = { row: 30, left: 84, letter: 6.2 };

/**
 * Time to places: points keep their order, a long wait is no wider than a short one and is marked.
 * @param {Run} run
 */
function timeAxis(run) {
  const { requests } = run.outcome;
  const points = [
    ...new Set(requests.flatMap((request) => [request.invoked_ms, request.completed_ms ?? run.end / 1000])),
  ].sort((a, b) => a - b);
  /** @type {Map<number, number>} */
  const places = new Map();
  /** @type {{ x: number, gap: number }[]} */
  const breaks = [];
  const durations = requests
    .map((request) => (request.completed_ms ?? request.invoked_ms) - request.invoked_ms)
    .sort((a, b) => a - b);
  const perMs = Math.max(2, Math.min(60, 150 / (durations[durations.length >> 1] || 1)));
  let x = BAR.left + 6;
  points.forEach((point, index) => {
    const gap = index ? (point - points[index - 1]) * 1000 : 0;
    if (index) x += gap >= BREAK_FROM ? 180 : Math.max(5, Math.min(180, (gap / 1000) * perMs));
    if (gap >= BREAK_FROM) breaks.push({ x: x - 90, gap });
    places.set(point, x);
  });
  return { places, breaks, width: x + 120 };
}

/** @param {Run} run */
export function operations(run) {
  const { requests } = run.outcome;
  if (!requests.length)
    return section("operations", "Operations of the clients", h("p", null, "No client asked for anything."));
  const axis = timeAxis(run);
  const clients = [...new Set(requests.map((request) => request.client))];
  const height = clients.length * BAR.row + 34;
  const canvas = s("svg", {
    width: axis.width,
    height,
    class: "operations-canvas",
    role: "group",
    "aria-label": "Requests as bars over time",
  });
  const names = s(
    "svg",
    { width: BAR.left, height, class: "operations-names", "aria-hidden": "true" },
    clients.map((client, row) => s("text", { x: 8, y: row * BAR.row + 26 }, `client ${client}`)),
  );
  const scroller = h(
    "div",
    { class: "operations-scroller", tabindex: 0, role: "region", "aria-label": "Operations over time" },
    h("div", { class: "operations-row", style: `width:${axis.width}px` }, names, canvas),
  );
  const invoked = new Map(
    run.events.filter((event) => event.name === "invoked").map((event) => [requestOf(event.fields), event.n]),
  );
  const bars = requests.map((request) => {
    const left = axis.places.get(request.invoked_ms) ?? BAR.left;
    const right = axis.places.get(request.completed_ms ?? run.end / 1000) ?? left;
    return {
      request,
      left,
      right: Math.max(right, left + 4),
      row: clients.indexOf(request.client),
      event: invoked.get(`${request.client}:${request.id}`),
    };
  });
  /** @type {[number, number] | null} */
  let drawn = null;
  const draw = () => {
    const from = scroller.scrollLeft;
    const to = from + (scroller.clientWidth || 900);
    if (drawn && drawn[0] <= Math.max(0, from - 100) && drawn[1] >= Math.min(axis.width, to + 100)) return;
    const [first, last] = [from - 800, to + 800];
    drawn = [first, last];
    /** @param {Bar} bar */
    const isNear = (bar) => bar.right >= first && bar.left <= last;
    canvas.replaceChildren(
      ...axis.breaks
        .filter(({ x }) => x >= first && x <= last)
        .map(({ x, gap }) =>
          s(
            "g",
            { class: "break" },
            s("path", { d: `M${x} 4${"l-4 4l8 8l-4 4".repeat(Math.ceil((height - 24) / 16))}` }),
            s("text", { x, y: height - 6, "text-anchor": "middle" }, `${durationText(gap)} pass`),
          ),
        ),
      ...bars.filter(isNear).map(drawBar),
    );
  };
  scroller.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  new ResizeObserver(draw).observe(scroller);
  return section("operations", "Operations of the clients", [
    scroller,
    h(
      "p",
      { class: "muted small" },
      "Each bar runs from the invocation to the accepted result: filled, answered by the tail; striped, by a cache; double rim, by Olympus; dashed and red, never.",
    ),
    requestTable(requests, invoked),
  ]);
}

/** @param {Request} request */
const spanText = ({ invoked_ms: from, completed_ms: to }) =>
  `${timeText(from * 1000)} to ${to === null || to === undefined ? "–" : timeText(to * 1000)}`;

/** @param {Bar} bar */
function drawBar({ request, left, right, row, event }) {
  const isDone = request.completed_ms !== null && request.completed_ms !== undefined;
  const by = isDone ? request.answered_by : "nobody";
  const text = `${operationText(request.operation)}${isDone ? ` → ${resultText(request.result ?? "")}` : " never answered"}`;
  const y = row * BAR.row + 10;
  return s(
    "a",
    {
      href: `#event-${event}`,
      class: `bar by-${by}`,
      "aria-label": `request ${request.client}:${request.id} ${text}`,
    },
    s("title", null, `${request.client}:${request.id} ${text}, ${spanText(request)}, answered by ${by}`),
    s("rect", { x: left, y, width: right - left, height: 22, rx: 4 }),
    by === "olympus" &&
      s("rect", {
        class: "rim",
        x: left + 3,
        y: y + 3,
        width: Math.max(0, right - left - 6),
        height: 16,
        rx: 2,
      }),
    right - left > 30 &&
      s("text", { x: left + 7, y: y + 15 }, fit(text, ((right - left - 10) * LETTER) / 6.5)),
  );
}

/** How many requests the table lists unasked. */
const SHOWN = 200;

/**
 * @param {Request[]} requests
 * @param {Map<string | null, number>} invoked
 */
function requestTable(requests, invoked) {
  /** @param {Request} request */
  const row = (request) =>
    h(
      "tr",
      null,
      h(
        "th",
        { scope: "row" },
        eventLink(invoked.get(`${request.client}:${request.id}`), `${request.client}:${request.id}`),
      ),
      h("td", null, h("code", null, operationText(request.operation))),
      h(
        "td",
        null,
        request.result === null || request.result === undefined
          ? h("span", { class: "fate" }, "no answer")
          : h("code", null, request.result === "" ? "''" : request.result),
      ),
      h("td", null, request.slot ?? "–"),
      h("td", null, request.answered_by ?? "–"),
      h("td", null, request.attempts),
      h("td", null, spanText(request)),
    );
  const body = h("tbody", null, requests.slice(0, SHOWN).map(row));
  const missing = requests.length - SHOWN;
  const more = h(
    "button",
    {
      type: "button",
      onclick: () => {
        body.append(...requests.slice(SHOWN).map(row));
        more.remove();
      },
    },
    `Show ${plural(missing, "more request")}`,
  );
  return h(
    "details",
    null,
    h("summary", null, `All ${plural(requests.length, "request")} in a table`),
    tableOf(["Request", "Operation", "Result", "Slot", "Answered by", "Sent", "Time"], body),
    missing > 0 && more,
  );
}
