// The index of a suite.

import { h, list, plural, tableOf, themeButton, VERDICTS, verdictBadge } from "./element.js";

/** @import { IndexData, Scenario } from "./data.d.ts" */

/**
 * A trigger and a failure.
 * @typedef {[string, string]} Cell
 */

/**
 * What somebody chose to see.
 * @typedef {{ text: string, verdict: string, cell: Cell | null }} Choice
 */

/** The order of the rows: what needs a look comes first. */
const RANK = [
  "fail",
  "invalid",
  "error",
  "unknown",
  "vacuous",
  "outside",
  "ignored",
  "pass",
];

/**
 * @param {Scenario} scenario
 * @param {string} extension
 */
const linkTo = (scenario, extension) =>
  `${scenario.place.split("/").map(encodeURIComponent).join("/")}.${extension}`;

/**
 * Long names may be broken after their separators.
 * @param {string} name
 */
const breakable = (name) =>
  name.split(/(?<=[_/])/).flatMap((part, index) => (index ? [h("wbr"), part] : [part]));

/**
 * The failures that happened and changed something.
 * @param {Scenario} scenario
 */
const applied = (scenario) =>
  (scenario.failures ?? []).filter((failure) => failure.status === "applied" && failure.effect);

/**
 * @param {Scenario} scenario
 * @param {Cell} cell
 */
const isIn = (scenario, [trigger, failure]) =>
  applied(scenario).some((of) => of.trigger === trigger && of.failure === failure);

/**
 * @param {Scenario} scenario
 * @param {Choice} choice
 */
const matches = (scenario, { text, verdict, cell }) =>
  (!text || scenario.name.toLowerCase().includes(text.toLowerCase())) &&
  (!verdict || scenario.verdict === verdict) &&
  (!cell || isIn(scenario, cell));

/** @param {number | null | undefined} ms */
const duration = (ms) =>
  ms === undefined || ms === null ? "–" : ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(1)} ms`;

/**
 * @param {Scenario} scenario
 * @param {boolean} hasPoints whether any scenario has
 */
function row(scenario, hasPoints) {
  const { name, verdict, why } = scenario;
  const isRun = why === undefined;
  const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/") + 1) : "";
  const injected = applied(scenario).map((failure) => failure.failure);
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

/**
 * How many scenarios there are for each trigger and failure.
 * @param {IndexData} data
 * @param {(cell: Cell) => void} show
 */
function grid({ scenarios, triggers, failures }, show) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const scenario of scenarios) {
    const cells = new Set(applied(scenario).map((failure) => `${failure.trigger} ${failure.failure}`));
    for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  /**
   * @param {string} trigger
   * @param {string} failure
   */
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
      `Which failures happened on which messages: ${filled} of ${triggers.length * failures.length} pairs`,
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
            failures.map((failure) =>
              h("th", { scope: "col" }, h("span", null, failure.replaceAll("_", " "))),
            ),
          ),
        ),
        h(
          "tbody",
          null,
          triggers.map((trigger) =>
            h(
              "tr",
              null,
              h("th", { scope: "row" }, trigger.replaceAll("_", " ")),
              failures.map((failure) => cell(trigger, failure)),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * Draws an index in an empty document.
 * @param {IndexData} data
 */
export function start(data) {
  const all = data.scenarios.toSorted(
    (a, b) => RANK.indexOf(a.verdict) - RANK.indexOf(b.verdict) || (a.name < b.name ? -1 : 1),
  );
  const hasPoints = all.some((scenario) => scenario.points);
  /** @type {Choice} */
  const choice = { text: "", verdict: "", cell: null };
  const counts = RANK.map((verdict) => ({
    verdict,
    count: all.filter((scenario) => scenario.verdict === verdict).length,
  })).filter(({ count }) => count);
  const body = h("tbody");
  const status = h("p", { id: "status", role: "status", "aria-live": "polite", class: "muted" });
  const clear = h(
    "button",
    {
      type: "button",
      id: "clear",
      onclick: () => {
        Object.assign(choice, { text: "", verdict: "", cell: null });
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
      choice.text = search.value;
      draw();
    },
  });
  const buttons = counts.map(({ verdict, count }) =>
    h(
      "button",
      {
        type: "button",
        class: "choice",
        "data-verdict": verdict,
        "aria-pressed": "false",
        onclick: () => {
          choice.verdict = choice.verdict === verdict ? "" : verdict;
          draw();
        },
      },
      verdictBadge(verdict),
      ` ${count}`,
    ),
  );
  const draw = () => {
    const shown = all.filter((scenario) => matches(scenario, choice));
    body.replaceChildren(...shown.map((scenario) => row(scenario, hasPoints)));
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(button.dataset.verdict === choice.verdict));
    const earned = shown.reduce((sum, scenario) => sum + (scenario.points?.[0] ?? 0), 0);
    const of = shown.reduce((sum, scenario) => sum + (scenario.points?.[1] ?? 0), 0);
    status.textContent = `${shown.length} of ${plural(all.length, "scenario")}${choice.cell ? ` with ${choice.cell[1]} on ${choice.cell[0]}` : ""}${hasPoints ? `, ${earned} of ${plural(of, "point")}` : ""}`;
    clear.hidden = !choice.text && !choice.verdict && !choice.cell;
  };
  const wall = all.reduce((sum, scenario) => sum + (scenario.took_ms ?? 0), 0);
  const table = tableOf(
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
      ...(hasPoints ? ["Points"] : []),
    ],
    body,
    { id: "scenarios" },
  );
  document.body.append(
    h(
      "header",
      { class: "top" },
      h("div", { class: "headline" }, h("h1", null, "Scenarios"), themeButton()),
      h(
        "p",
        null,
        `${plural(all.length, "scenario")}: ${list(counts.map(({ verdict, count }) => `${count} ${VERDICTS[verdict][1]}`))}. `,
        h("span", { class: "muted" }, `All schedules took ${duration(wall)} of computing.`),
      ),
      data.incomplete ? h("p", { id: "incomplete" }, h("strong", null, data.incomplete)) : null,
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
      table,
      grid(data, (cell) => {
        choice.cell = cell;
        draw();
        table.scrollIntoView();
      }),
    ),
  );
  draw();
  document.documentElement.dataset.ready = "true";
}
