// Shapes of the diagram. Text has a rim of the ground's colour, so that lines may pass beneath it.

import { s } from "./element.js";
import { GUTTER } from "./layout.js";
import { durationText, messageLabels, placeText, processText, timeText } from "./words.js";

/** @import { Arrow, Band, Break, FoldItem, Lifeline, MarkItem, Plan, Time } from "./layout.js" */
/** @import { Mark } from "./marks.js" */
/** @import { Process, Run } from "./run.js" */

/** The width of a letter of a label, on average. */
export const LETTER = 5.8;

/**
 * Text cut down to a room.
 * @param {string} text
 * @param {number} room
 */
export const fit = (text, room) =>
  text.length * LETTER <= room ? text : `${text.slice(0, Math.max(3, Math.floor(room / LETTER) - 1))}…`;

/**
 * @param {Arrow} item
 * @param {number} step
 */
export function drawArrow(item, step) {
  const { message, x, y, x2, y2 } = item;
  const length = Math.hypot(x2 - x, y2 - y);
  // Along a steep arrow text would stand on its head: there it lies beside the start.
  const isSteep = y2 - y > 1.2 * Math.abs(x2 - x);
  const room = isSteep ? step * 1.4 : Math.min(length - 10, step * 1.6);
  const labels = messageLabels(message);
  const label =
    labels.find((text) => text.length * LETTER + (message.spoiled ? 6 : 0) <= room) ??
    labels[labels.length - 1];
  const classes = [
    "arrow",
    `kind-${message.kind}`,
    message.spoiled && "spoiled",
    item.isLost && "lost",
    item.isFolded && "leads-on",
  ];
  const toRight = x2 >= x;
  const angle = (Math.atan2(y2 - y, x2 - x) * 180) / Math.PI;
  const unit = [(x2 - x) / (length || 1), (y2 - y) / (length || 1)];
  const stop = [x2 - unit[0] * (item.isLost ? 9 : 2), y2 - unit[1] * (item.isLost ? 9 : 2)];
  const text = `${message.spoiled ? "⚡\ufe0e " : ""}${label}`;
  return s(
    "g",
    { class: classes.filter(Boolean).join(" "), "data-n": item.event.n },
    s("line", { class: "hit", x1: x, y1: y, x2: stop[0], y2: stop[1] }),
    s("line", {
      class: "shaft",
      x1: x,
      y1: y,
      x2: stop[0],
      y2: stop[1],
      "marker-end": item.isLost ? null : `url(#head${message.spoiled ? "-bad" : ""})`,
    }),
    item.isLost && s("path", { class: "cross", d: cross(stop[0], stop[1]) }),
    s(
      "text",
      {
        class: "label",
        "text-anchor": toRight ? "start" : "end",
        dy: isSteep ? -2 : -3.5,
        transform: isSteep
          ? `translate(${x + (toRight ? 9 : -9)} ${y})`
          : `translate(${x + unit[0] * 12} ${y + unit[1] * 12}) rotate(${toRight ? angle : angle + 180})`,
      },
      text,
    ),
  );
}

/**
 * @param {number} x
 * @param {number} y
 */
const cross = (x, y) => `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`;

/**
 * Signs that not every font has are drawn.
 * @type {Record<string, string>}
 */
export const SHAPES = {
  hourglass: "M-4 -5h8l-8 10h8z",
  bolt: "M1.5 -6.5l-5.5 7.5h3.5l-1 5.5l5.5 -7.5h-3.5z",
};

/** @param {Mark} mark */
function signOf(mark) {
  const shape = Object.keys(SHAPES).find((name) => mark.style.includes(name));
  return shape
    ? s("path", { class: "shape", d: SHAPES[shape] })
    : s("text", { class: "sign", "text-anchor": "middle", dy: 4 }, mark.sign);
}

/**
 * @param {MarkItem} item
 * @param {Plan} plan
 */
export function drawMark(item, plan) {
  const { mark, x, y, event } = item;
  const isDot = mark.style.includes("dot") && !mark.label;
  const isWide = ["strong", "bad", "reconfigure", "warn"].some((style) => mark.style.includes(style));
  const next = Math.min(...[...plan.at.values()].filter((other) => other > x), plan.width);
  const label = fit(mark.label, isWide ? Math.min(260, plan.width - x - 16) : next - x - 14);
  return s(
    "g",
    { class: `mark ${mark.style} ${event.name}`, "data-n": event.n, transform: `translate(${x} ${y})` },
    isDot ? s("circle", { r: 3 }) : [s("circle", { class: "plate", r: 8 }), signOf(mark)],
    label && s("text", { class: "words", x: 12, dy: 4 }, label),
  );
}

/**
 * @param {FoldItem} item
 * @param {number} width
 */
export function drawFold(item, width) {
  const { row, text, y } = item;
  return s(
    "g",
    {
      class: `fold ${row.isOpen ? "open" : ""}`,
      "data-fold": row.fold,
      role: "button",
      tabindex: 0,
      "aria-expanded": String(row.isOpen),
      "aria-label": `${row.isOpen ? "Fold" : "Unfold"}: ${text}`,
      transform: `translate(0 ${y})`,
    },
    s("rect", { x: 6, y: 2, width: Math.max(width - 12, 60), height: 30, rx: 7 }),
    s("text", { x: 18, y: 21 }, `${row.isOpen ? "▾" : "▸"} ${text}`),
  );
}

/**
 * A line's stretch, its look the mode of the replica.
 * @param {Lifeline} line
 */
export function drawLine(line) {
  const { x, top, bottom, mode } = line;
  const at = { x1: x, x2: x, y1: top, y2: bottom };
  switch (mode) {
    case "immutable":
      return s(
        "g",
        { class: "life immutable" },
        s("line", { class: "outer", ...at }),
        s("line", { class: "inner", ...at }),
      );
    case "crashed":
      return s("g", { class: "life crashed" }, s("path", { d: `M${x - 8} ${top + 12}h16` }));
    case "terminated":
      return s("g", { class: "life terminated" }, s("path", { d: `M${x - 8} ${top + 10}h16` }));
    case "asleep":
      return s("rect", {
        class: "life asleep",
        x: x - 6,
        y: top,
        width: 12,
        height: Math.max(0, bottom - top),
      });
    case "timer":
      return s("path", { class: "life timer", d: `M${x} ${top}h-9V${bottom}h9` });
    default:
      return s("line", { class: `life ${mode}`, ...at });
  }
}

/** @param {Band} band */
export function drawBand(band) {
  const tint = band.number % 4;
  return s(
    "g",
    { class: `band tint-${tint}`, "data-configuration": band.number },
    s("rect", {
      x: band.left,
      y: band.top,
      width: band.right - band.left,
      height: Math.max(0, band.bottom - band.top),
      rx: 10,
    }),
  );
}

/**
 * @param {Run} run
 * @param {Band} band
 */
export function drawBandTitle(run, band) {
  const of = run.outcome.configurations.find((configuration) => configuration.number === band.number);
  const replaced = of?.reconfiguration ? "" : ", in charge at the end";
  const text = `configuration ${band.number}${of ? `, from slot ${of.first_slot}` : ""}${replaced}`;
  return s(
    "text",
    { class: `band-title tint-${band.number % 4}`, x: band.left + 8, y: band.top + 14 },
    fit(text, band.right - band.left - 12),
  );
}

/** @param {Time} time */
export const drawTime = (time) =>
  s("text", { class: "time", x: GUTTER - 16, y: time.y + 4, "text-anchor": "end" }, timeText(time.at));

/**
 * @param {Break} place
 * @param {number} width
 */
export function drawBreak({ y, gap }, width) {
  let d = `M0 ${y}`;
  for (let x = 0; x < width; x += 16) d += "l4 -4l8 8l4 -4";
  return s(
    "g",
    { class: "break" },
    s("path", { d }),
    s("text", { x: 6, y: y - 8 }, `${durationText(gap)} pass`),
  );
}

/** The definitions that shapes refer to. */
export const definitions = () =>
  s(
    "defs",
    null,
    ...["", "-bad"].map((suffix) =>
      s(
        "marker",
        {
          id: `head${suffix}`,
          class: `head${suffix}`,
          viewBox: "0 0 8 8",
          refX: 7,
          refY: 4,
          markerWidth: 7,
          markerHeight: 7,
          orient: "auto-start-reverse",
          markerUnits: "userSpaceOnUse",
        },
        s("path", { d: "M0 0L8 4L0 8z" }),
      ),
    ),
    s(
      "pattern",
      { id: "asleep", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("rect", { width: 6, height: 6, class: "ground" }),
      s("rect", { width: 2.5, height: 6, class: "stripe" }),
    ),
  );

/**
 * What is drawn last covers what it meets.
 * @param {MarkItem} item
 */
export const weight = (item) =>
  item.mark.style.includes("strong") ? 2 : item.mark.style.includes("bad") ? 1 : 0;

/**
 * Times far enough from each other to be read.
 * @param {Time[]} times
 */
export function spread(times) {
  /** @type {Time[]} */
  const shown = [];
  for (const time of times) if (!shown.length || time.y - shown[shown.length - 1].y >= 13) shown.push(time);
  return shown;
}

/**
 * A process above its line.
 * @param {Run} run
 * @param {Process} process
 * @param {number} x
 * @param {number} step
 * @param {boolean} isOff whether its line is out of sight
 */
export function drawName(run, process, x, step, isOff) {
  const isFaulty = run.faulty.has(process.name); // shown by a bolt and a rim; the cards and tables say it in words
  const first = process.kind === "replica" ? `replica ${process.position}` : processText(process);
  const second = placeOf(run, process);
  const tint = process.kind === "replica" ? `tint-${process.configuration % 4}` : "";
  const width = Math.min(step - 6, 118);
  return s(
    "g",
    {
      class: `name ${process.kind} ${isFaulty ? "faulty" : ""} ${isOff ? "off" : ""} ${tint}`,
      transform: `translate(${x} 4)`,
    },
    s("rect", { x: -width / 2, y: 0, width, height: 38, rx: 8 }),
    s(
      "text",
      { class: "first", "text-anchor": "middle", y: second ? 16 : 24 },
      `${isFaulty ? "⚡\ufe0e " : ""}${first}`,
    ),
    second && s("text", { class: "second", "text-anchor": "middle", y: 31 }, fit(second, width + 6)),
  );
}

/**
 * @param {Run} run
 * @param {Process} process
 */
function placeOf(run, process) {
  switch (process.kind) {
    case "replica":
      return [placeText(run, process.position), `conf. ${process.configuration}`].filter(Boolean).join(", ");
    case "olympus":
      return "trusted";
    case "client":
      return "";
  }
}
