// One event or message in full, every value under its name.

const LONG_TEXT = 72;

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

class Detail {
  constructor() {
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

  show(event) {
    this.cameFrom = this.element.hidden ? document.activeElement : this.cameFrom;
    const message = drawsMessage(event) ? event.message : null;
    this.heading.textContent = message
      ? `${spaced(message.kind)} from ${processText(message.from)} to ${nameText(message.name)}`
      : `${spaced(event.name)} at ${processText(event.p)}`;
    this.body.replaceChildren(...(message ? this.ofMessage(message) : this.ofEvent(event)));
    this.element.hidden = false;
    this.element.dataset.event = event.n;
    this.heading.focus({ preventScroll: true });
  }

  ofMessage(message) {
    const arrival = message.received ?? message.discarded;
    const fate = message.received
      ? `handled at ${timeText(message.received.at)} (event ${message.received.n})`
      : message.discarded
        ? `discarded at ${timeText(arrival.at)}: ${arrival.f.reason}`
        : "never handled by its receiver";
    const content = message.sent.f.content;
    return [
      message.spoiled &&
        h("p", { class: "callout bad" }, "⚡\ufe0e A failure changed this message before it left."),
      h("p", null, `Sent at ${timeText(message.sent.at)} (event ${message.sent.n}), ${fate}.`),
      this.steps(message.sent),
      h("h3", null, "Whole message"),
      tree(expand(content)),
    ].filter(Boolean);
  }

  ofEvent(event) {
    return [
      h("p", null, `At ${timeText(event.at)} (event ${event.n}): ${eventText(event)}.`),
      this.steps(event),
      h("h3", null, "All values"),
      tree(expand(event.f)),
    ];
  }

  // The events before and after it in the same process.
  steps(event) {
    const index = event.p.events.indexOf(event);
    const link = (other, text) =>
      other && h("a", { href: `#event-${other.n}`, onclick: () => this.show(other) }, text);
    return h(
      "p",
      { class: "steps" },
      link(event.p.events[index - 1], `← before, in ${processText(event.p)}`),
      " ",
      link(event.p.events[index + 1], "after →"),
    );
  }

  close() {
    this.element.hidden = true;
    this.cameFrom?.focus?.({ preventScroll: true });
  }
}
