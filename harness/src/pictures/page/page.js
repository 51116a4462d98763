// The page of a run, from top to bottom.

import { Detail } from "./detail.js";
import { Diagram } from "./diagram.js";
import { SHAPES } from "./draw.js";
import { closest, h, reflow, s, section, themeButton, verdictBadge } from "./element.js";
import { ablation, blame, clauses, dictionaries, failures, files } from "./judgement.js";
import { Log } from "./log.js";
import { operations } from "./operations.js";
import { readRun } from "./run.js";
import { asked, decided, injected, reacted, replay, story, titleText } from "./summary.js";

/** @import { RunData } from "./data.d.ts" */
/** @import { Run } from "./run.js" */

const LEGEND = [
  ["▸ ✓", "a client asks; accepts a result"],
  ["□ ■", "the head gives a slot; a replica executes"],
  ["bolt", "an injected failure; a thick dashed arrow is a spoiled message"],
  ["⊘", "refused, ruled out"],
  ["⚑", "a suspicion"],
  ["hourglass", "a timer that expires; dashes show how long it ran"],
  ["▮ ◎ ★", "wedge, quorum, new configuration"],
  ["⚖\ufe0e", "conviction"],
  ["◇ ◆", "checkpoint"],
  ["━ ┄ ═", "replica active, pending, immutable"],
  ["✕ ▬", "crash, termination"],
  ["×", "a message that nobody handled"],
  ["s4 · 0:1", "slot 4, request 1 of client 0"],
];

/**
 * Draws a run in an empty document.
 * @param {RunData} data
 */
export function start(data) {
  const run = readRun(data);
  const detail = new Detail(run);
  const diagram = new Diagram(run, (event) => detail.show(event));
  const log = new Log(run, (event) => detail.show(event));
  const place = section("diagram", "Who said what, and when: time runs down", [diagram.element, legend()]);
  document.body.append(
    h("a", { class: "skip", href: "#diagram" }, "Skip to the diagram"),
    h(
      "header",
      { class: "top" },
      h("div", { class: "crumbs" }, h("span", null, run.outcome.scenario), themeButton()),
      h("div", { class: "headline" }, h("h1", null, titleText(run)), verdictBadge(run.outcome.verdict)),
      run.data.description && h("p", { class: "description" }, reflow(run.data.description)),
    ),
    h(
      "nav",
      { class: "contents", "aria-label": "Parts of this page" },
      [
        ["diagram", "Diagram"],
        ["story", "Story"],
        ["operations", "Operations"],
        ["clauses", "Clauses"],
        ["failures", "Failures"],
        ["ablation", "Causes"],
        ["blame", "Blame"],
        ["dictionaries", "Dictionaries"],
        ["log", "Log"],
        ["files", "Files"],
      ]
        .filter(
          ([id]) =>
            (id !== "failures" || run.outcome.failures.length) && (id !== "ablation" || run.outcome.ablation),
        )
        .map(([id, text]) => h("a", { href: `#${id}` }, text)),
    ),
    h(
      "main",
      null,
      h("div", { class: "cards" }, asked(run), injected(run), reacted(run), decided(run)),
      replay(run),
      place,
      story(run),
      operations(run),
      clauses(run),
      failures(run),
      ablation(run),
      blame(run),
      dictionaries(run),
      log.element,
      files(run),
    ),
    detail.element,
  );
  diagram.relayout();
  log.draw();
  follow(run, diagram, place);
  document.documentElement.dataset.ready = "true";
}

const legend = () =>
  h(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    LEGEND.map(([signs, words]) =>
      h(
        "li",
        null,
        h(
          "b",
          { "aria-hidden": "true" },
          SHAPES[signs]
            ? s(
                "svg",
                { viewBox: "-8 -8 16 16", width: 15, height: 15, class: "legend-sign" },
                s("path", { d: SHAPES[signs] }),
              )
            : signs,
        ),
        words,
      ),
    ),
  );

/** A run of more events is opened where something went wrong. */
const EVENTS_MANY = 3000;

/**
 * Leads to the event that the page's address names, now and whenever it changes.
 * @param {Run} run
 * @param {Diagram} diagram
 * @param {HTMLElement} place
 */
function follow(run, diagram, place) {
  const go = () => {
    const n = /^#event-(\d+)$/.exec(location.hash)?.[1];
    if (n === undefined || !run.events[Number(n)]) return;
    place.scrollIntoView({ block: "start" });
    diagram.reveal(Number(n));
  };
  addEventListener("hashchange", go);
  document.addEventListener("click", (event) => {
    if (closest(event, "a")?.getAttribute("href") === location.hash) go();
  });
  if (location.hash.startsWith("#event-")) go();
  else if (run.events.length > EVENTS_MANY) {
    const first = run.outcome.failures.find((failure) => failure.status === "applied")?.event;
    const broken = run.outcome.clauses.find(
      (clause) => clause.status === "broken" && clause.event !== undefined,
    )?.event;
    const target = first ?? broken;
    if (target !== undefined) diagram.reveal(target);
  }
}
