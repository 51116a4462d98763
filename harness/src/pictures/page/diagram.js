// The space-time diagram: what is in sight is drawn, the rest is kept at its height.

import { makeControls } from "./controls.js";
import {
  definitions,
  drawArrow,
  drawBand,
  drawBandTitle,
  drawBreak,
  drawFold,
  drawLine,
  drawMark,
  drawName,
  drawTime,
  spread,
  weight,
} from "./draw.js";
import { closest, h, plural, s } from "./element.js";
import { drawsMessage, isDrawn, readShown } from "./fold.js";
import { BUCKET, layOut } from "./layout.js";
import { eventText } from "./marks.js";
import { timeText } from "./words.js";

/** @import { Filters, Open } from "./fold.js" */
/** @import { Arrow, Item, MarkItem, Plan, Stretch } from "./layout.js" */
/** @import { Process, Run, RunEvent } from "./run.js" */

/** @type {Filters} */
const NO_FILTERS = { process: "", client: "", request: "", slot: "", kind: "" };

/** What is drawn above and below the screen. */
const MARGIN = 600;

/**
 * How far a key goes through the order.
 * @type {Record<string, number>}
 */
const STEPS = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 12,
  PageUp: -12,
  Home: -Infinity,
  End: Infinity,
};

export class Diagram {
  /**
   * @param {Run} run
   * @param {(event: RunEvent) => void} onSelect
   */
  constructor(run, onSelect) {
    this.run = run;
    this.choice = readShown(run);
    this.onSelect = onSelect;
    this.filters = { ...NO_FILTERS };
    /** @type {Open} */
    this.open = new Set();
    this.zoom = 1;
    this.width = 0;
    /** @type {number | null} */
    this.selected = null;
    /**
     * None before the page knows its width.
     * @type {Plan | null}
     */
    this.plan = null;
    /**
     * What can be selected, from top to bottom.
     * @type {(Arrow | MarkItem)[]}
     */
    this.order = [];
    /**
     * What of the plan is on the canvas.
     * @type {Stretch | null}
     */
    this.drawn = null;
    /** What the heading was drawn from. */
    this.named = "";
    /** Whether a frame is asked for. */
    this.waits = false;
    this.status = h("p", { class: "status", id: "diagram-status", role: "status", "aria-live": "polite" });
    this.spoken = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    this.names = s("svg", { class: "names", "aria-hidden": "true" });
    this.canvas = s("svg", { class: "canvas", role: "group", "aria-label": "Events and messages in sight" });
    this.sizer = h("div", { class: "sizer" }, this.canvas);
    this.tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.scroller = h(
      "div",
      {
        class: "scroller",
        id: "diagram-scroller",
        tabindex: 0,
        role: "group",
        "aria-label":
          "Space-time diagram. Arrow keys step through events and messages, Enter shows one whole, F folds or unfolds.",
      },
      h("div", { class: "names-row" }, this.names),
      this.sizer,
    );
    this.controls = makeControls(run, {
      filter: (key, value) => {
        this.filters[key] = value;
        this.relayout();
      },
      clear: () => this.clear(),
      unfold: () => {
        this.open = "all";
        this.relayout();
      },
      fold: () => {
        this.open = new Set();
        this.relayout();
      },
      zoomBy: (factor) => this.setZoom(this.zoom * factor),
    });
    this.element = h(
      "div",
      { class: "diagram" },
      this.controls,
      this.status,
      h("div", { class: "stage" }, this.scroller, this.tip),
      this.spoken,
    );
    this.listen();
  }

  listen() {
    this.scroller.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => {
      if (Math.abs(this.scroller.clientWidth - this.width) > 4) this.relayout();
    }).observe(this.scroller);
    this.canvas.addEventListener("click", (event) => {
      const fold = closest(event, "[data-fold]");
      const item = closest(event, "[data-n]");
      if (fold) this.toggle(Number(fold.dataset.fold));
      else if (item) this.select(Number(item.dataset.n), true);
    });
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => {
      this.tip.hidden = true;
    });
  }

  clear() {
    this.filters = { ...NO_FILTERS };
    for (const field of this.controls.querySelectorAll("select")) field.value = "";
    for (const field of this.controls.querySelectorAll("input")) field.value = "";
    this.relayout();
  }

  /** @param {number} zoom */
  setZoom(zoom) {
    this.zoom = Math.min(2.5, Math.max(0.4, zoom));
    this.relayout();
  }

  /** @param {number} fold */
  toggle(fold) {
    if (this.open === "all") this.open = new Set(this.plan?.folds.map((item) => item.row.fold));
    if (!this.open.delete(fold)) this.open.add(fold);
    this.relayout();
    /** @type {SVGElement | null} */
    const drawn = this.canvas.querySelector(`[data-fold="${fold}"]`);
    drawn?.focus({ preventScroll: true });
  }

  /** Everything anew, what is at the top of the screen staying there. */
  relayout() {
    this.width = this.scroller.clientWidth;
    const top = this.scroller.scrollTop / this.zoom;
    const anchor = this.plan?.items.filter((item) => item.kind !== "fold").find((item) => item.y >= top);
    const offset = anchor ? anchor.y - top : 0;
    const plan = layOut(this.run, this.choice, this.filters, this.open, (this.width || 900) / this.zoom);
    this.plan = plan;
    this.order = plan.items
      .filter((item) => item.kind !== "fold")
      .sort((a, b) => a.y - b.y || a.event.n - b.event.n);
    this.sizer.style.width = `${plan.width * this.zoom}px`;
    this.sizer.style.height = `${plan.height * this.zoom}px`;
    const place = anchor && plan.y.get(anchor.event.n);
    if (place) this.scroller.scrollTop = (place.y - offset) * this.zoom;
    this.tell(plan);
    this.drawn = null;
    this.draw();
  }

  /**
   * Nothing is left out in silence.
   * @param {Plan} plan
   */
  tell({ shown, sent, folds }) {
    const all = this.run.messages.length;
    const closed = folds.filter((fold) => !fold.row.isOpen).length;
    const filtered = all - sent;
    const parts = [`${shown.toLocaleString("en")} of ${plural(all, "message")} drawn`];
    if (closed) parts.push(`${(sent - shown).toLocaleString("en")} in ${plural(closed, "fold")}`);
    if (filtered) parts.push(`${filtered.toLocaleString("en")} filtered out`);
    this.status.textContent = parts.join(", ");
    Object.assign(this.element.dataset, { shown, sent, folds: folds.length, closed });
  }

  later() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => {
      this.waits = false;
      this.draw();
    });
  }

  draw() {
    const { plan, zoom, scroller } = this;
    if (!plan) return;
    const top = scroller.scrollTop / zoom;
    const bottom = top + (scroller.clientHeight || 800) / zoom;
    this.drawNames(plan, top, bottom);
    if (
      this.drawn &&
      this.drawn.top <= Math.max(0, top - 100) &&
      this.drawn.bottom >= Math.min(plan.height, bottom + 100)
    )
      return;
    const from = Math.max(0, top - MARGIN);
    const to = Math.min(plan.height, bottom + MARGIN);
    this.drawn = { top: from, bottom: to };
    /** @param {Stretch} item */
    const isNear = (item) => item.bottom >= from && item.top <= to;
    /** @param {{ y: number }} place */
    const isAt = (place) => place.y >= from && place.y <= to;
    /** @type {Set<Item>} */
    const found = new Set();
    for (let bucket = Math.floor(from / BUCKET); bucket <= Math.floor(to / BUCKET); bucket += 1) {
      for (const item of plan.buckets.get(bucket) ?? []) if (isNear(item)) found.add(item);
    }
    const near = [...found];
    /**
     * @template {Stretch} Long
     * @param {Long} long
     */
    const clip = (long) => ({
      ...long,
      top: Math.max(long.top, from - 40),
      bottom: Math.min(long.bottom, to + 40),
    });
    const lines = plan.lifelines
      .filter(isNear)
      .map((line) => (line.mode === "crashed" || line.mode === "terminated" ? line : clip(line)));
    const bands = plan.bands.filter(isNear);
    this.canvas.replaceChildren(
      definitions(),
      s(
        "g",
        { transform: `scale(${zoom}) translate(0 ${-from})` },
        bands.map((band) => drawBand(clip(band))),
        plan.breaks.filter(isAt).map((item) => drawBreak(item, plan.width)),
        lines.map(drawLine),
        bands.map((band) => drawBandTitle(this.run, band)),
        spread(plan.times.filter(isAt)).map(drawTime),
        near.filter((item) => item.kind === "arrow").map((item) => drawArrow(item, plan.step)),
        near
          .filter((item) => item.kind === "mark")
          .sort((a, b) => weight(a) - weight(b))
          .map((item) => drawMark(item, plan)),
        near.filter((item) => item.kind === "fold").map((item) => drawFold(item, plan.width)),
      ),
    );
    this.canvas.style.top = `${from * zoom}px`;
    this.canvas.setAttribute("width", String(plan.width * zoom));
    this.canvas.setAttribute("height", String((to - from) * zoom));
    this.highlight();
  }

  /**
   * The heading names the processes whose lines are on the screen.
   * @param {Plan} plan
   * @param {number} top
   * @param {number} bottom
   */
  drawNames(plan, top, bottom) {
    const { zoom } = this;
    const middle = top + Math.min(140, (bottom - top) / 2);
    /** @type {Map<number, { process: Process, distance: number, isOff: boolean }>} */
    const slots = new Map();
    for (const [process, x] of plan.at) {
      const lines = plan.lifelines.filter(
        (line) => line.process === process && line.mode !== "timer" && line.mode !== "asleep",
      );
      const from = lines[0]?.top ?? 0;
      const to = lines.at(-1)?.bottom ?? 0;
      const distance = middle < from ? from - middle : middle > to ? middle - to : 0;
      const other = slots.get(x);
      if (!other || distance < other.distance)
        slots.set(x, { process, distance, isOff: from > bottom || to < top });
    }
    const key =
      [...slots.values()].map(({ process, isOff }) => `${process.name}${isOff}`).join() + zoom + plan.width;
    if (key === this.named) return;
    this.named = key;
    this.names.setAttribute("width", String(plan.width * zoom));
    this.names.setAttribute("height", String(46 * zoom));
    this.names.replaceChildren(
      s(
        "g",
        { transform: `scale(${zoom})` },
        [...slots].map(([x, { process, isOff }]) => drawName(this.run, process, x, plan.step, isOff)),
      ),
    );
  }

  highlight() {
    for (const old of this.canvas.querySelectorAll(".selected")) old.classList.remove("selected");
    if (this.selected !== null)
      this.canvas.querySelector(`[data-n="${this.selected}"]`)?.classList.add("selected");
  }

  /**
   * Marks an event; `isAsked` opens its details.
   * @param {number} n
   * @param {boolean} isAsked
   */
  select(n, isAsked) {
    const event = this.run.events[n];
    if (!event) return;
    const shown = drawsMessage(event) ? event.message.sent : event;
    this.selected = shown.n;
    this.spoken.textContent = eventText(this.run, shown);
    this.highlight();
    if (isAsked) this.onSelect(event);
  }

  /**
   * Shows an event, unfolding what hides it.
   * @param {number} n
   */
  reveal(n) {
    const event = this.run.events[n];
    if (!event || !this.plan) return;
    let target = drawsMessage(event) ? event.message.sent.n : n;
    if (!isDrawn(this.run, event)) target = this.lastDrawn(event) ?? target;
    if (!this.plan.y.has(target)) this.clear();
    const folded = this.plan.y.get(target)?.folded;
    if (folded) {
      if (this.open !== "all") this.open.add(folded.fold);
      this.relayout();
    }
    const y = this.plan.y.get(target)?.y;
    if (y === undefined) return;
    this.scroller.scrollTop = Math.max(0, y * this.zoom - this.scroller.clientHeight / 3);
    const x = this.plan.at.get(this.run.events[target].process) ?? 0;
    this.scroller.scrollLeft = Math.max(0, x * this.zoom - this.scroller.clientWidth / 2);
    this.draw();
    this.select(target, false);
  }

  /**
   * The last event with a mark or an arrow up to this one in the same process.
   * @param {RunEvent} event
   */
  lastDrawn(event) {
    const { events } = event.process;
    return events.findLast((other) => other.n <= event.n && isDrawn(this.run, other))?.n;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const fold = closest(event, "[data-fold]");
    if (fold && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      this.toggle(Number(fold.dataset.fold));
      return;
    }
    const step = STEPS[event.key];
    if (step !== undefined && this.order.length && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.reveal(this.order[this.stepped(step)].event.n);
    } else if (event.key === "Enter" && this.selected !== null) this.select(this.selected, true);
    else if (event.key === "f" || event.key === "F") this.toggleNearest();
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      this.scroller.scrollLeft += event.key === "ArrowRight" ? 80 : -80;
    }
  }

  /**
   * The place in the order that is so many steps from what is selected.
   * @param {number} step
   */
  stepped(step) {
    const last = this.order.length - 1;
    const at = this.order.findIndex((item) => item.event.n === this.selected);
    if (at < 0) return step > 0 ? 0 : last;
    return Math.min(last, Math.max(0, at + step));
  }

  /** Opens or closes the fold that is nearest to what is selected, or to the top of the screen. */
  toggleNearest() {
    if (!this.plan) return;
    const selected = this.selected === null ? undefined : this.plan.y.get(this.selected)?.y;
    const y = selected ?? this.scroller.scrollTop / this.zoom;
    const [near] = this.plan.folds.toSorted((a, b) => Math.abs(a.y - y) - Math.abs(b.y - y));
    if (near) this.toggle(near.row.fold);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const item = closest(event, "[data-n]");
    this.tip.hidden = !item;
    if (!item) return;
    const of = this.run.events[Number(item.dataset.n)];
    this.tip.textContent = `${timeText(of.at)} · ${eventText(this.run, of)}`;
    const box = this.element.getBoundingClientRect();
    this.tip.style.left = `${Math.max(4, Math.min(event.clientX - box.left + 14, box.width - 330))}px`;
    this.tip.style.top = `${event.clientY - box.top + 18}px`;
  }
}
