// The space-time diagram: what is in sight is drawn, the rest is kept at its height.

const NO_FILTERS = { process: "", client: "", request: "", slot: "", kind: "" };
const MARGIN = 600;

class Diagram {
  constructor(onSelect) {
    this.onSelect = onSelect;
    this.filters = { ...NO_FILTERS };
    this.open = new Set();
    this.zoom = 1;
    this.selected = null;
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
    this.controls = this.makeControls();
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

  makeControls() {
    const choose = (key, label, options) => {
      if (options.length > 400) {
        return h(
          "label",
          null,
          label,
          h("input", {
            id: `filter-${key}`,
            size: 7,
            placeholder: key === "request" ? "all, or 0:7" : "all",
            "aria-label": label,
            onchange: (event) => this.filter(key, event.target.value.trim()),
          }),
        );
      }
      return h(
        "label",
        null,
        label,
        h(
          "select",
          { id: `filter-${key}`, onchange: (event) => this.filter(key, event.target.value) },
          h("option", { value: "" }, "all"),
          options.map(([value, text]) => h("option", { value }, text)),
        ),
      );
    };
    const once = (values) => [...new Set(values)];
    const slots = once(EVENTS.map((event) => event.f.slot).filter((slot) => slot !== undefined)).sort(
      (a, b) => a - b,
    );
    const button = (id, text, label, onclick) =>
      h("button", { type: "button", id, "aria-label": label, title: label, onclick }, text);
    return h(
      "div",
      { class: "controls", role: "group", "aria-label": "Filters and folding" },
      choose(
        "process",
        "Process",
        PROCESSES.map((process) => [process.name, processText(process)]),
      ),
      choose(
        "client",
        "Client",
        PROCESSES.filter((process) => process.kind === "client").map((process) => [
          process.number,
          `client ${process.number}`,
        ]),
      ),
      choose(
        "request",
        "Request",
        OUTCOME.requests.map((request) => [
          `${request.client}:${request.id}`,
          `${request.client}:${request.id} ${operationText(request.operation)}`.slice(0, 48),
        ]),
      ),
      choose(
        "slot",
        "Slot",
        slots.map((slot) => [slot, slot]),
      ),
      choose(
        "kind",
        "Message",
        once(MESSAGES.map((message) => message.kind))
          .sort()
          .map((kind) => [kind, spaced(kind)]),
      ),
      h(
        "span",
        { class: "buttons" },
        button("clear", "Clear", "Clear all filters", () => this.clear()),
        button("unfold", "Unfold all", "Unfold all rounds", () => {
          this.open = "all";
          this.relayout();
        }),
        button("fold", "Fold", "Fold usual rounds", () => {
          this.open = new Set();
          this.relayout();
        }),
        button("zoom-out", "−", "Zoom out", () => this.setZoom(this.zoom / 1.2)),
        button("zoom-in", "+", "Zoom in", () => this.setZoom(this.zoom * 1.2)),
      ),
    );
  }

  listen() {
    this.scroller.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => {
      if (Math.abs(this.scroller.clientWidth - (this.width ?? 0)) > 4) this.relayout();
    }).observe(this.scroller);
    this.canvas.addEventListener("click", (event) => {
      const fold = event.target.closest("[data-fold]");
      const item = event.target.closest("[data-n]");
      if (fold) this.toggle(Number(fold.dataset.fold));
      else if (item) this.select(Number(item.dataset.n), true);
    });
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => {
      this.tip.hidden = true;
    });
  }

  filter(key, value) {
    this.filters[key] = value;
    this.relayout();
  }

  clear() {
    this.filters = { ...NO_FILTERS };
    for (const field of this.controls.querySelectorAll("select, input")) field.value = "";
    this.relayout();
  }

  setZoom(zoom) {
    this.zoom = Math.min(2.5, Math.max(0.4, zoom));
    this.relayout();
  }

  toggle(fold) {
    if (this.open === "all") this.open = new Set(this.plan.folds.map((item) => item.row.fold));
    if (!this.open.delete(fold)) this.open.add(fold);
    this.relayout();
    this.canvas.querySelector(`[data-fold="${fold}"]`)?.focus({ preventScroll: true });
  }

  // Everything anew, what is at the top of the screen staying there.
  relayout() {
    this.width = this.scroller.clientWidth;
    const top = this.scroller.scrollTop / this.zoom;
    const anchor = this.plan?.items.find((item) => item.kind !== "fold" && item.y >= top);
    const offset = anchor ? anchor.y - top : 0;
    this.plan = layOut(this.filters, this.open, (this.width || 900) / this.zoom);
    this.order = this.plan.items
      .filter((item) => item.kind !== "fold")
      .sort((a, b) => a.y - b.y || a.event.n - b.event.n);
    this.sizer.style.width = `${this.plan.width * this.zoom}px`;
    this.sizer.style.height = `${this.plan.height * this.zoom}px`;
    const place = anchor && this.plan.y.get(anchor.event.n);
    if (place) this.scroller.scrollTop = (place.y - offset) * this.zoom;
    this.tell();
    this.drawn = null;
    this.draw();
  }

  // Nothing is left out in silence.
  tell() {
    const { shown, sent, folds } = this.plan;
    const closed = folds.filter((fold) => !fold.row.isOpen);
    const filtered = MESSAGES.length - sent;
    const parts = [`${shown.toLocaleString("en")} of ${plural(MESSAGES.length, "message")} drawn`];
    if (closed.length)
      parts.push(`${(sent - shown).toLocaleString("en")} in ${plural(closed.length, "fold")}`);
    if (filtered) parts.push(`${filtered.toLocaleString("en")} filtered out`);
    this.status.textContent = parts.join(", ");
    Object.assign(this.element.dataset, { shown, sent, folds: folds.length, closed: closed.length });
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
    const top = scroller.scrollTop / zoom;
    const bottom = top + (scroller.clientHeight || 800) / zoom;
    this.drawNames(top, bottom);
    if (
      this.drawn &&
      this.drawn.top <= Math.max(0, top - 100) &&
      this.drawn.bottom >= Math.min(plan.height, bottom + 100)
    )
      return;
    const from = Math.max(0, top - MARGIN);
    const to = Math.min(plan.height, bottom + MARGIN);
    this.drawn = { top: from, bottom: to };
    const isNear = (item) => item.bottom >= from && item.top <= to;
    const near = new Set();
    for (let bucket = Math.floor(from / BUCKET); bucket <= Math.floor(to / BUCKET); bucket += 1) {
      for (const item of plan.buckets.get(bucket) ?? []) if (isNear(item)) near.add(item);
    }
    const clip = (line) => ({
      ...line,
      top: Math.max(line.top, from - 40),
      bottom: Math.min(line.bottom, to + 40),
    });
    const lines = plan.lifelines
      .filter(isNear)
      .map((line) => (["crashed", "terminated"].includes(line.mode) ? line : clip(line)));
    const of = (kind) => [...near].filter((item) => item.kind === kind);
    const at = (place) => place.y >= from && place.y <= to;
    this.canvas.replaceChildren(
      definitions(),
      s(
        "g",
        { transform: `scale(${zoom}) translate(0 ${-from})` },
        plan.bands.filter(isNear).map((band) => drawBand(clip(band))),
        plan.breaks.filter(at).map((item) => drawBreak(item, plan.width)),
        lines.map(drawLine),
        plan.bands.filter(isNear).map(drawBandTitle),
        spread(plan.times.filter(at)).map(drawTime),
        of("arrow").map((item) => drawArrow(item, plan.step)),
        of("mark")
          .sort((a, b) => weight(a) - weight(b))
          .map((item) => drawMark(item, plan)),
        of("fold").map((item) => drawFold(item, plan.width)),
      ),
    );
    this.canvas.style.top = `${from * zoom}px`;
    this.canvas.setAttribute("width", plan.width * zoom);
    this.canvas.setAttribute("height", (to - from) * zoom);
    this.highlight();
  }

  // The heading names the processes whose lines are on the screen.
  drawNames(top, bottom) {
    const { plan, zoom } = this;
    const middle = top + Math.min(140, (bottom - top) / 2);
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
    this.names.setAttribute("width", plan.width * zoom);
    this.names.setAttribute("height", 46 * zoom);
    this.names.replaceChildren(
      s(
        "g",
        { transform: `scale(${zoom})` },
        [...slots].map(([x, { process, isOff }]) => drawName(process, x, plan.step, isOff)),
      ),
    );
  }

  highlight() {
    for (const old of this.canvas.querySelectorAll(".selected")) old.classList.remove("selected");
    if (this.selected !== null)
      this.canvas.querySelector(`[data-n="${this.selected}"]`)?.classList.add("selected");
  }

  // Shows the event, unfolding what hides it; `isAsked` opens its details.
  select(n, isAsked) {
    const event = EVENTS[n];
    if (!event) return;
    const shown = drawsMessage(event) ? event.message.sent.n : n;
    this.selected = shown;
    this.spoken.textContent = eventText(EVENTS[shown]);
    this.highlight();
    if (isAsked) this.onSelect(event);
  }

  reveal(n) {
    const event = EVENTS[n];
    if (!event) return;
    let target = drawsMessage(event) ? event.message.sent.n : n;
    if (!isDrawn(event)) target = nearestDrawn(event) ?? target;
    if (!this.plan.y.has(target)) this.clear();
    const place = this.plan.y.get(target);
    if (place?.folded) {
      if (this.open !== "all") this.open.add(place.folded.fold);
      this.relayout();
    }
    const y = this.plan.y.get(target)?.y;
    if (y === undefined) return;
    this.scroller.scrollTop = Math.max(0, y * this.zoom - this.scroller.clientHeight / 3);
    const x = this.plan.at.get(EVENTS[target].p) ?? 0;
    this.scroller.scrollLeft = Math.max(0, x * this.zoom - this.scroller.clientWidth / 2);
    this.draw();
    this.select(target, false);
  }

  onKey(event) {
    const fold = event.target.closest?.("[data-fold]");
    if (fold && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      this.toggle(Number(fold.dataset.fold));
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (step !== undefined && this.order.length && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const at = this.order.findIndex((item) => item.event.n === this.selected);
      const next =
        at < 0
          ? step > 0
            ? 0
            : this.order.length - 1
          : Math.min(this.order.length - 1, Math.max(0, at + step));
      this.reveal(this.order[next].event.n);
    } else if (event.key === "Enter" && this.selected !== null) this.select(this.selected, true);
    else if (event.key === "f" || event.key === "F") {
      const y = this.plan.y.get(this.selected)?.y ?? this.scroller.scrollTop / this.zoom;
      const near = this.plan.folds.toSorted((a, b) => Math.abs(a.y - y) - Math.abs(b.y - y))[0];
      if (near) this.toggle(near.row.fold);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      this.scroller.scrollLeft += event.key === "ArrowRight" ? 80 : -80;
    }
  }

  hover(event) {
    const item = event.target.closest("[data-n]");
    this.tip.hidden = !item;
    if (!item) return;
    this.tip.textContent = `${timeText(EVENTS[item.dataset.n].at)} · ${eventText(EVENTS[item.dataset.n])}`;
    const box = this.element.getBoundingClientRect();
    this.tip.style.left = `${Math.max(4, Math.min(event.clientX - box.left + 14, box.width - 330))}px`;
    this.tip.style.top = `${event.clientY - box.top + 18}px`;
  }
}

const weight = (item) => (item.mark.style.includes("strong") ? 2 : item.mark.style.includes("bad") ? 1 : 0);

const nearestDrawn = (event) => event.p.events.findLast((other) => other.n <= event.n && isDrawn(other))?.n;

// Times far enough from each other to be read.
function spread(times) {
  const shown = [];
  for (const time of times) if (!shown.length || time.y - shown[shown.length - 1].y >= 13) shown.push(time);
  return shown;
}

function drawName(process, x, step, isOff) {
  const isFaulty = FAULTY.has(process.name); // shown by a bolt and a rim; the cards and tables say it in words
  const place = process.kind === "replica" ? placeText(process.position) : "";
  const first =
    process.kind === "replica"
      ? `replica ${process.position}`
      : process.kind === "client"
        ? `client ${process.number}`
        : "Olympus";
  const second =
    process.kind === "replica"
      ? [place, `conf. ${process.configuration}`].filter(Boolean).join(", ")
      : process.kind === "olympus"
        ? "trusted"
        : "";
  const width = Math.min(step - 6, 118);
  return s(
    "g",
    {
      class: `name ${process.kind} ${isFaulty ? "faulty" : ""} ${isOff ? "off" : ""} ${process.kind === "replica" ? `tint-${process.configuration % 4}` : ""}`,
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
