// The log: a line an event, drawn only where it is in sight.

import { chooser } from "./controls.js";
import { closest, h, plural, section } from "./element.js";
import { isTelling } from "./fold.js";
import { processText, spaced, valuesOf } from "./words.js";

/** @import { Run, RunEvent } from "./run.js" */

/** The height of a line. */ const LINE = 22;

/**
 * How far a key goes through the lines.
 * @type {Record<string, number>}
 */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

/** Lines drawn in red. */
const BAD = ["failure_applied", "failure_armed", "crashed", "refused"];

/** @param {string} text */
const logged = (text) => (text === "" || /[\s"=\\]/.test(text) ? JSON.stringify(text) : text);

/** @param {RunEvent} event */
function lineOf(event) {
  const values = valuesOf(event.fields).map(([name, text]) => `${name}=${logged(text)}`);
  return `n=${event.n} at_ms=${event.at / 1000} process=${event.process.name} event=${event.name} ${values.join(" ")}`;
}

/** @typedef {{ process: string, name: string, text: string }} LogFilters */

export class Log {
  /**
   * @param {Run} run
   * @param {(event: RunEvent) => void} onSelect
   */
  constructor(run, onSelect) {
    this.run = run;
    this.onSelect = onSelect;
    /** @type {LogFilters} */
    this.filters = { process: "", name: "", text: "" };
    this.shown = run.events;
    /** @type {number | null} */
    this.selected = null;
    /**
     * By event; written when first asked for.
     * @type {Map<number, string>}
     */
    this.lines = new Map();
    this.canvas = h("div", { class: "log-canvas" });
    this.sizer = h("div", { class: "log-sizer" }, this.canvas);
    this.scroller = h(
      "div",
      {
        class: "log-scroller",
        id: "log-scroller",
        tabindex: 0,
        role: "group",
        "aria-label": "Log. Arrow keys step through lines, Enter shows one whole.",
      },
      this.sizer,
    );
    this.status = h("p", { class: "status", id: "log-status", role: "status", "aria-live": "polite" });
    const names = [...new Set(run.events.map((event) => event.name))].sort();
    const search = h("input", {
      id: "log-text",
      type: "search",
      oninput: () => {
        this.filter("text", search.value);
      },
    });
    this.element = section("log", "Log", [
      h(
        "div",
        { class: "controls" },
        chooser(
          "log-process",
          "Process",
          run.processes.map((process) => [process.name, processText(process)]),
          (value) => this.filter("process", value),
        ),
        chooser(
          "log-name",
          "Event",
          names.map((name) => [name, spaced(name)]),
          (value) => this.filter("name", value),
        ),
        h("label", null, "Contains", search),
      ),
      this.status,
      this.scroller,
      h("p", { class: "muted small" }, "Messages are shown whole when a line is chosen."),
    ]);
    this.scroller.addEventListener("scroll", () => requestAnimationFrame(() => this.draw()), {
      passive: true,
    });
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    this.canvas.addEventListener("click", (event) => {
      const line = closest(event, "[data-n]");
      if (line) this.choose(Number(line.dataset.n));
    });
    this.filter("process", "");
  }

  /** @param {RunEvent} event */
  lineText(event) {
    const known = this.lines.get(event.n);
    if (known !== undefined) return known;
    const text = lineOf(event);
    this.lines.set(event.n, text);
    return text;
  }

  /**
   * @param {keyof LogFilters} key
   * @param {string} value
   */
  filter(key, value) {
    this.filters[key] = value;
    const { process, name, text } = this.filters;
    this.shown = this.run.events.filter(
      (event) =>
        (!process || event.process.name === process) &&
        (!name || event.name === name) &&
        (!text || this.lineText(event).includes(text)),
    );
    this.sizer.style.height = `${this.shown.length * LINE}px`;
    this.status.textContent = `${this.shown.length.toLocaleString("en")} of ${plural(this.run.events.length, "event")}`;
    this.element.dataset.shown = String(this.shown.length);
    this.draw();
  }

  draw() {
    const from = Math.max(0, Math.floor(this.scroller.scrollTop / LINE) - 20);
    const to = Math.min(this.shown.length, from + Math.ceil((this.scroller.clientHeight || 400) / LINE) + 40);
    this.canvas.style.top = `${from * LINE}px`;
    this.canvas.replaceChildren(
      ...this.shown.slice(from, to).map((event) =>
        h(
          "div",
          {
            class: `log-line ${isTelling(this.run, event) && event.name !== "sent" ? "telling" : ""} ${BAD.includes(event.name) ? "bad" : ""} ${event.n === this.selected ? "selected" : ""}`,
            "data-n": event.n,
          },
          this.lineText(event),
        ),
      ),
    );
  }

  /** @param {number} n */
  choose(n) {
    this.selected = n;
    this.draw();
    this.onSelect(this.run.events[n]);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const step = STEPS[event.key];
    if (event.key === "Enter" && this.selected !== null) this.choose(this.selected);
    if (step === undefined || !this.shown.length) return;
    event.preventDefault();
    const at = this.shown.findIndex((other) => other.n === this.selected);
    const next = Math.min(this.shown.length - 1, Math.max(0, at + step));
    this.selected = this.shown[next].n;
    const top = next * LINE;
    if (top < this.scroller.scrollTop || top > this.scroller.scrollTop + this.scroller.clientHeight - LINE)
      this.scroller.scrollTop = top - this.scroller.clientHeight / 2;
    this.draw();
  }
}
