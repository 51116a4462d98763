// The index of a suite.

const ALL = DATA.scenarios;
const RANK = ["fail", "invalid", "unknown", "vacuous", "outside", "ignored", "pass"];
const TRIGGERS = DATA.triggers;
const FAILURES = DATA.failures;

const state = { text: "", verdict: "", cell: null };
const linkTo = (scenario, extension) =>
  `${scenario.place.split("/").map(encodeURIComponent).join("/")}.${extension}`;
// Long names may be broken after their separators.
const breakable = (name) =>
  name.split(/(?<=[_/])/).flatMap((part, index) => (index ? [h("wbr"), part] : [part]));
const wasApplied = (failure) => failure.status === "applied" && failure.effect;
const isIn = (scenario, [trigger, failure]) =>
  (scenario.failures ?? []).some((of) => wasApplied(of) && of.trigger === trigger && of.failure === failure);

function matching() {
  return ALL.filter(
    (scenario) =>
      (!state.text || scenario.name.toLowerCase().includes(state.text.toLowerCase())) &&
      (!state.verdict || scenario.verdict === state.verdict) &&
      (!state.cell || isIn(scenario, state.cell)),
  );
}

const duration = (ms) =>
  ms === undefined ? "–" : ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(1)} ms`;
const hasPoints = ALL.some((scenario) => scenario.points);

function row(scenario) {
  const { name, verdict, why } = scenario;
  const isRun = why === undefined;
  const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/") + 1) : "";
  const injected = (scenario.failures ?? []).filter(wasApplied).map((failure) => failure.failure);
  return h(
    "tr",
    { "data-name": name },
    h("td", null, verdictBadge(verdict)),
    h(
      "th",
      { scope: "row" },
      isRun
        ? h(
            "a",
            { href: linkTo(scenario, "html") },
            h("span", { class: "muted" }, breakable(folder)),
            breakable(name.slice(folder.length)),
          )
        : name,
      [
        " ",
        h(
          "a",
          { class: "plain", href: linkTo(scenario, "txt"), "aria-label": `${name} in plain text` },
          "text",
        ),
      ],
      why && h("pre", { class: "why" }, why),
    ),
    h("td", null, isRun ? `${scenario.passed} of ${scenario.schedules}` : "–"),
    h("td", null, injected.length ? `⚡\ufe0e ${[...new Set(injected)].join(", ")}` : "–"),
    h("td", { class: "number" }, scenario.reconfigurations ?? "–"),
    h("td", { class: "number" }, scenario.convicted ?? "–"),
    h("td", { class: "number" }, scenario.requests ?? "–"),
    h("td", { class: "number" }, scenario.messages ?? "–"),
    h("td", { class: "number" }, duration(scenario.virtual_ms)),
    h("td", { class: "number" }, duration(scenario.took_ms)),
    hasPoints &&
      h("td", { class: "number" }, scenario.points ? `${scenario.points[0]} of ${scenario.points[1]}` : "–"),
  );
}

function grid(show) {
  const counts = new Map();
  for (const scenario of ALL) {
    const cells = new Set(
      (scenario.failures ?? []).filter(wasApplied).map((failure) => `${failure.trigger} ${failure.failure}`),
    );
    for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const cell = (trigger, failure) => {
    const count = counts.get(`${trigger} ${failure}`) ?? 0;
    if (!count) return h("td", { class: "none" }, h("span", { class: "muted", "aria-label": "none" }, "·"));
    return h(
      "td",
      null,
      h(
        "button",
        {
          type: "button",
          class: `count level-${Math.min(3, Math.ceil(Math.log2(count + 1)))}`,
          "aria-label": `${plural(count, "scenario")} with ${failure} on ${trigger}`,
          onclick: () => show([trigger, failure]),
        },
        count,
      ),
    );
  };
  const filled = counts.size;
  return h(
    "details",
    { id: "grid", open: true },
    h(
      "summary",
      null,
      `Which failures happened on which messages: ${filled} of ${TRIGGERS.length * FAILURES.length} pairs`,
    ),
    h(
      "p",
      { class: "muted" },
      "Each number counts the scenarios in which that failure, triggered by the receipt of that message, was applied with effect. Choose one to see them.",
    ),
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        { class: "grid" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            h("td", null),
            FAILURES.map((failure) =>
              h("th", { scope: "col" }, h("span", null, failure.replaceAll("_", " "))),
            ),
          ),
        ),
        h(
          "tbody",
          null,
          TRIGGERS.map((trigger) =>
            h(
              "tr",
              null,
              h("th", { scope: "row" }, trigger.replaceAll("_", " ")),
              FAILURES.map((failure) => cell(trigger, failure)),
            ),
          ),
        ),
      ),
    ),
  );
}

function start() {
  const counts = RANK.map((verdict) => [
    verdict,
    ALL.filter((scenario) => scenario.verdict === verdict).length,
  ]).filter(([, count]) => count);
  const body = h("tbody");
  const status = h("p", { id: "status", role: "status", "aria-live": "polite", class: "muted" });
  const clear = h(
    "button",
    {
      type: "button",
      id: "clear",
      onclick: () => {
        Object.assign(state, { text: "", verdict: "", cell: null });
        search.value = "";
        draw();
      },
    },
    "Show all",
  );
  const search = h("input", {
    type: "search",
    id: "search",
    placeholder: "part of a name",
    oninput: () => {
      state.text = search.value;
      draw();
    },
  });
  const buttons = counts.map(([verdict, count]) =>
    h(
      "button",
      {
        type: "button",
        class: "choice",
        "data-verdict": verdict,
        "aria-pressed": "false",
        onclick: () => {
          state.verdict = state.verdict === verdict ? "" : verdict;
          draw();
        },
      },
      verdictBadge(verdict),
      ` ${count}`,
    ),
  );
  const draw = () => {
    const shown = matching();
    body.replaceChildren(...shown.map(row));
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(button.dataset.verdict === state.verdict));
    const earned = shown.reduce((sum, scenario) => sum + (scenario.points?.[0] ?? 0), 0);
    const of = shown.reduce((sum, scenario) => sum + (scenario.points?.[1] ?? 0), 0);
    status.textContent = `${shown.length} of ${plural(ALL.length, "scenario")}${state.cell ? ` with ${state.cell[1]} on ${state.cell[0]}` : ""}${hasPoints ? `, ${earned} of ${of} points` : ""}`;
    clear.hidden = !state.text && !state.verdict && !state.cell;
  };
  ALL.sort((a, b) => RANK.indexOf(a.verdict) - RANK.indexOf(b.verdict) || (a.name < b.name ? -1 : 1));
  const wall = ALL.reduce((sum, scenario) => sum + (scenario.took_ms ?? 0), 0);
  document.body.append(
    h(
      "header",
      { class: "top" },
      h("div", { class: "headline" }, h("h1", null, "Scenarios"), themeButton()),
      h(
        "p",
        null,
        `${plural(ALL.length, "scenario")}: ${list(counts.map(([verdict, count]) => `${count} ${VERDICTS[verdict][1]}`))}. `,
        h("span", { class: "muted" }, `All schedules took ${duration(wall)} of computing.`),
      ),
    ),
    h(
      "main",
      null,
      h(
        "div",
        { class: "controls", role: "group", "aria-label": "Filters" },
        h("label", null, "Name ", search),
        buttons,
        clear,
      ),
      status,
      tableOf(
        [
          "Verdict",
          "Scenario",
          "Schedules passed",
          "Failures",
          "Reconfi\u00adgurations",
          "Convicted",
          "Requests",
          "Messages",
          "Run's time",
          "Wall clock, all schedules",
          hasPoints && "Points",
        ].filter(Boolean),
        body,
        { id: "scenarios" },
      ),
      grid((cell) => {
        state.cell = cell;
        draw();
        document.getElementById("scenarios").scrollIntoView();
      }),
    ),
  );
  draw();
  document.documentElement.dataset.ready = "true";
}

start();
