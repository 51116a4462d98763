// The log: a line an event, drawn only where it is in sight.

const LINE = 22;

function flat(value, name, to) {
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    if (!entries.length) to.push(`${name}=${Array.isArray(value) ? "[]" : "{}"}`);
    for (const [key, item] of entries) flat(item, `${name}.${key}`, to);
  } else {
    const text = String(value);
    to.push(`${name}=${text === "" || /[\s"=\\]/.test(text) ? JSON.stringify(text) : text}`);
  }
}

const lines = new Map();
function lineText(event) {
  if (lines.has(event.n)) return lines.get(event.n);
  const parts = [];
  for (const [name, value] of Object.entries(event.f)) {
    if (name !== "content" && name !== "proof" && name !== "entries") flat(value, name, parts);
    else if (typeof value === "number") parts.push(`${name}=${value}`);
  }
  const text = `n=${event.n} at_ms=${event.at / 1000} process=${event.p.name} event=${event.name} ${parts.join(" ")}`;
  lines.set(event.n, text);
  return text;
}

class Log {
  constructor(onSelect) {
    this.onSelect = onSelect;
    this.filters = { process: "", name: "", text: "" };
    this.selected = null;
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
    const names = [...new Set(EVENTS.map((event) => event.name))].sort();
    const choose = (key, label, options) =>
      h(
        "label",
        null,
        label,
        h(
          "select",
          { id: `log-${key}`, onchange: (event) => this.filter(key, event.target.value) },
          h("option", { value: "" }, "all"),
          options.map(([value, text]) => h("option", { value }, text)),
        ),
      );
    this.element = section("log", "Log", [
      h(
        "div",
        { class: "controls" },
        choose(
          "process",
          "Process",
          PROCESSES.map((process) => [process.name, processText(process)]),
        ),
        choose(
          "name",
          "Event",
          names.map((name) => [name, spaced(name)]),
        ),
        h(
          "label",
          null,
          "Contains",
          h("input", {
            id: "log-text",
            type: "search",
            oninput: (event) => this.filter("text", event.target.value),
          }),
        ),
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
      const line = event.target.closest("[data-n]");
      if (line) this.choose(Number(line.dataset.n));
    });
    this.filter("process", "");
  }

  filter(key, value) {
    this.filters[key] = value;
    const { process, name, text } = this.filters;
    this.shown = EVENTS.filter(
      (event) =>
        (!process || event.p.name === process) &&
        (!name || event.name === name) &&
        (!text || lineText(event).includes(text)),
    );
    this.sizer.style.height = `${this.shown.length * LINE}px`;
    this.status.textContent = `${this.shown.length.toLocaleString("en")} of ${plural(EVENTS.length, "event")}`;
    this.element.dataset.shown = this.shown.length;
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
            class: `log-line ${isTelling(event) && event.name !== "sent" ? "telling" : ""} ${["failure_applied", "failure_armed", "crashed", "refused"].includes(event.name) ? "bad" : ""} ${event.n === this.selected ? "selected" : ""}`,
            "data-n": event.n,
          },
          lineText(event),
        ),
      ),
    );
  }

  choose(n) {
    this.selected = n;
    this.draw();
    this.onSelect(EVENTS[n]);
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
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
