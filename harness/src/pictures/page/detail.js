// One event or message in full, every value under its name.

import { h } from "./element.js";
import { drawsMessage } from "./fold.js";
import { eventText } from "./marks.js";
import { expand } from "./run.js";
import { nameText, processText, spaced, timeText } from "./words.js";

/** @import { Message, Run, RunEvent } from "./run.js" */

const LONG_TEXT = 72;

/**
 * @param {unknown} value
 * @returns {HTMLElement}
 */
function tree(value, depth = 0) {
  if (value === null || value === undefined) return h("span", { class: "muted" }, "none");
  if (typeof value === "string") {
    if (value.length > LONG_TEXT && /^[0-9a-f]+$/.test(value)) {
      return h("details", { class: "hex" }, h("summary", null, `${value.slice(0, 16)}…`), value);
    }
    return h("span", { class: "text" }, value === "" ? "''" : value);
  }
  if (typeof value !== "object") return h("span", { class: "number" }, String(value));
  const entries = Array.isArray(value)
    ? value.map((item, index) => [`[${index}]`, item])
    : Object.entries(value);
  if (!entries.length) return h("span", { class: "muted" }, Array.isArray(value) ? "empty list" : "empty");
  return h(
    "dl",
    null,
    entries.map(([key, item]) => {
      const isNested = item !== null && typeof item === "object" && Object.keys(item).length > 0;
      if (!isNested)
        return h("div", { class: "pair" }, h("dt", null, spaced(key)), h("dd", null, tree(item, depth + 1)));
      return h(
        "div",
        { class: "nested" },
        h("details", { open: depth < 3 }, h("summary", null, spaced(key)), tree(item, depth + 1)),
      );
    }),
  );
}

export class Detail {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    /**
     * What had the focus before.
     * @type {Element | null}
     */
    this.cameFrom = null;
    this.body = h("div", { class: "detail-body" });
    this.heading = h("h2", { id: "detail-title", tabindex: -1 }, "");
    this.element = h(
      "aside",
      { class: "detail", hidden: true, "aria-labelledby": "detail-title" },
      h(
        "div",
        { class: "detail-head" },
        this.heading,
        h(
          "button",
          { type: "button", id: "close-detail", "aria-label": "Close details", onclick: () => this.close() },
          "✕",
        ),
      ),
      this.body,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /** @param {RunEvent} event */
  show(event) {
    if (this.element.hidden) this.cameFrom = document.activeElement;
    const message = drawsMessage(event) ? event.message : null;
    this.heading.textContent = message
      ? `${spaced(message.kind)} from ${processText(message.from)} to ${nameText(this.run, message.name)}`
      : `${spaced(event.name)} at ${processText(event.process)}`;
    this.body.replaceChildren(...(message ? this.ofMessage(message) : this.ofEvent(event)));
    this.element.hidden = false;
    this.element.dataset.event = String(event.n);
    this.heading.focus({ preventScroll: true });
  }

  /** @param {Message} message */
  ofMessage(message) {
    const { received, discarded } = message;
    const fate = received
      ? `handled at ${timeText(received.at)} (event ${received.n})`
      : discarded
        ? `discarded at ${timeText(discarded.at)}: ${discarded.fields.reason}`
        : "never handled by its receiver";
    const spoiled = h(
      "p",
      { class: "callout bad" },
      "⚡\ufe0e A failure changed this message before it left.",
    );
    return [
      ...(message.spoiled ? [spoiled] : []),
      h("p", null, `Sent at ${timeText(message.sent.at)} (event ${message.sent.n}), ${fate}.`),
      this.steps(message.sent),
      h("h3", null, "Whole message"),
      tree(expand(this.run, message.sent.fields.content)),
    ];
  }

  /** @param {RunEvent} event */
  ofEvent(event) {
    return [
      h("p", null, `At ${timeText(event.at)} (event ${event.n}): ${eventText(this.run, event)}.`),
      this.steps(event),
      h("h3", null, "All values"),
      tree(expand(this.run, event.fields)),
    ];
  }

  /**
   * The events before and after it in the same process.
   * @param {RunEvent} event
   */
  steps(event) {
    const index = event.process.events.indexOf(event);
    /**
     * @param {RunEvent | undefined} other
     * @param {string} text
     */
    const link = (other, text) =>
      other && h("a", { href: `#event-${other.n}`, onclick: () => this.show(other) }, text);
    return h(
      "p",
      { class: "steps" },
      link(event.process.events[index - 1], `← before, in ${processText(event.process)}`),
      " ",
      link(event.process.events[index + 1], "after →"),
    );
  }

  close() {
    this.element.hidden = true;
    if (this.cameFrom instanceof HTMLElement || this.cameFrom instanceof SVGElement)
      this.cameFrom.focus({ preventScroll: true });
  }
}
