// The first screen: what was asked, what failed, what the system did, what was decided.

import { eventLink, h, list, plural, section, verdictBadge } from "./element.js";
import {
  durationText,
  failureWords,
  FATES,
  operationText,
  replicaText,
  spaced,
  timeText,
  triggerWords,
} from "./words.js";

/** @import { Reconfiguration, RunData } from "./data.d.ts" */
/** @import { Child } from "./element.js" */
/** @import { Run } from "./run.js" */

/** @param {string} text */
const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {Run} run */
export const titleText = (run) => capitalized(spaced(run.outcome.scenario.split("/").pop()));

/** @param {Run} run */
export function asked(run) {
  const { t, num_client } = run.outcome.parameters;
  const replicas = 2 * t + 1;
  const shown = 5;
  const requests = run.outcome.requests
    .slice(0, shown)
    .map((request) => h("li", null, h("code", null, operationText(request.operation))));
  const more = run.outcome.requests.length - shown;
  return card("What was asked", "asked", [
    h(
      "p",
      null,
      `${plural(num_client, "client")} sent ${plural(run.outcome.requests.length, "request")} to a chain of ${plural(replicas, "replica")}, which tolerates ${t ? plural(t, "faulty one", "faulty ones") : "no faulty one"} in each configuration.`,
    ),
    h("ol", { class: "few" }, requests),
    more > 0 &&
      h(
        "p",
        { class: "muted" },
        `and ${more.toLocaleString("en")} more: see `,
        h("a", { href: "#operations" }, "operations"),
      ),
  ]);
}

/** @param {Run} run */
export function injected(run) {
  const of = run.outcome.failures;
  if (!of.length)
    return card("What was made to fail", "calm", [h("p", null, "Nothing: no failure was injected.")]);
  const shown = 4;
  const items = of
    .slice(0, shown)
    .map((failure) =>
      h(
        "li",
        null,
        h(
          "strong",
          null,
          `${replicaText(run, failure.replica).replace(/^r/, "R")} of configuration ${failure.configuration}`,
        ),
        ` ${triggerWords(failure.trigger)}: `,
        h("code", null, failure.failure.trim()),
        failureWords(failure.failure) && `, that is, ${failureWords(failure.failure)}`,
        ". ",
        failure.status === "applied"
          ? h(
              "span",
              { class: "muted" },
              failure.effect ? "" : "Applied without effect. ",
              eventLink(
                failure.event,
                failure.at_ms === null ? undefined : `at ${timeText(failure.at_ms * 1000)}`,
              ),
            )
          : h("span", { class: "fate" }, `${FATES[failure.status] ?? failure.status}.`),
      ),
    );
  return card("What was made to fail", "failure", [
    h("ul", { class: "few" }, items),
    of.length > shown &&
      h(
        "p",
        { class: "muted" },
        `and ${of.length - shown} more: see `,
        h("a", { href: "#failures" }, "failures"),
      ),
  ]);
}

/** @param {Reconfiguration} why */
const causeText = ({ reason, suspect }) =>
  suspect !== null && suspect !== undefined
    ? `refused what replica ${suspect} sent (${spaced(reason)})`
    : reason === "timeout"
      ? "waited in vain"
      : `noticed: ${spaced(reason)},`;

/**
 * Long texts are told in full further down.
 * @param {string} text
 */
const brief = (text) => (text.length > 150 ? `${text.slice(0, 149)}…` : text);

/** @param {Run} run */
export function reacted(run) {
  const sentences = [];
  for (const of of run.outcome.configurations) {
    const why = of.reconfiguration;
    if (!why) continue;
    const who =
      why.requested_by.kind === "replica"
        ? `Replica ${why.requested_by.number}`
        : `Client ${why.requested_by.number}`;
    const next = run.outcome.configurations.find((other) => other.number === of.number + 1);
    const convicted = run.outcome.convictions
      .filter((conviction) => conviction.configuration === of.number)
      .map((conviction) => conviction.replica);
    sentences.push(
      h(
        "li",
        null,
        `${who}${why.requested_by.kind === "replica" ? ` of configuration ${of.number}` : ""} ${causeText(why)} and asked for reconfiguration. `,
        of.quorum.length
          ? `Olympus stopped the chain and took replicas ${list(of.quorum.map(String))} as the quorum`
          : "Olympus stopped the chain",
        next ? `; configuration ${next.number} started at ${timeText(next.started_ms * 1000)}. ` : ". ",
        convicted.length
          ? h(
              "strong",
              null,
              `Convicted: ${plural(new Set(convicted).size, "replica").replace(/^\d+ /, "")} ${list([...new Set(convicted)].map(String))}. `,
            )
          : "",
      ),
    );
  }
  const answered = run.outcome.requests.filter(
    (request) => request.result !== null && request.result !== undefined,
  );
  /** @param {string} who */
  const by = (who) => answered.filter((request) => request.answered_by === who).length;
  const sources = [
    [by("tail"), "the tail"],
    [by("cache"), "a cache"],
    [by("olympus"), "Olympus"],
  ]
    .filter(([count]) => count)
    .map(([count, who]) => `${count.toLocaleString("en")} by ${who}`);
  const missing = run.outcome.requests.length - answered.length;
  const shown = 3;
  return card("What the system did", "reaction", [
    sentences.length === 0 &&
      h("p", null, "The first configuration served to the end: nobody asked for reconfiguration."),
    h(
      "ul",
      { class: "few" },
      sentences.slice(0, shown),
      sentences.length > shown &&
        h(
          "li",
          { class: "muted" },
          `${plural(sentences.length - shown, "more reconfiguration")}: see the story`,
        ),
      h(
        "li",
        null,
        `${answered.length.toLocaleString("en")} of ${plural(run.outcome.requests.length, "request")} answered${sources.length ? `: ${list(sources)}` : ""}.`,
      ),
      missing > 0 && h("li", { class: "fate" }, `${plural(missing, "request")} without an answer.`),
    ),
  ]);
}

/** @param {Run} run */
export function decided(run) {
  const broken = run.outcome.clauses.filter((clause) => clause.status === "broken");
  const breached = run.outcome.invariants.filter((invariant) => invariant.held === false);
  const failed = run.outcome.schedules.filter((schedule) => schedule.verdict !== "pass");
  const items = [
    ...broken.map((clause) =>
      h(
        "li",
        null,
        h("strong", null, `✗ clause ${clause.clause}`),
        ` broke: ${brief(clause.detail)} `,
        eventLink(clause.event),
      ),
    ),
    ...breached.map((invariant) =>
      h(
        "li",
        null,
        h("strong", null, `✗ invariant ${spaced(invariant.name)}`),
        ` broke: ${brief(invariant.detail)} `,
        eventLink(invariant.event),
      ),
    ),
  ];
  const over = run.outcome.budget.filter((of) => of.faulty.length > of.t);
  const held = run.outcome.invariants.filter((invariant) => invariant.held).length;
  return card("What was decided", `decided ${run.outcome.verdict}`, [
    h(
      "p",
      null,
      verdictBadge(run.outcome.verdict),
      ` ${run.outcome.schedules.length - failed.length} of ${plural(run.outcome.schedules.length, "schedule")} passed; this is seed ${run.outcome.seed}.`,
    ),
    items.length
      ? h(
          "ul",
          { class: "few" },
          items.slice(0, 4),
          items.length > 4 && h("li", null, h("a", { href: "#clauses" }, `and ${items.length - 4} more`)),
        )
      : h(
          "p",
          null,
          `${plural(run.outcome.clauses.length, "clause")} and ${plural(held, "invariant")} held.`,
        ),
    over.map((of) =>
      h(
        "p",
        { class: "muted" },
        `Configuration ${of.configuration} has ${plural(of.faulty.length, "faulty replica")} and tolerates ${of.t}: nothing is promised.`,
      ),
    ),
    h(
      "p",
      { class: "muted" },
      `${plural(run.outcome.messages, "message")} in ${durationText(run.outcome.virtual_ms === undefined ? run.end : run.outcome.virtual_ms * 1000)} of the run's time (${run.outcome.runtime}).`,
    ),
  ]);
}

/**
 * @param {string} title
 * @param {string} style classes
 * @param {Child} content
 */
const card = (title, style, content) =>
  h("section", { class: `card ${style}` }, h("h2", null, title), content);

/** @param {Run} run */
export function replay(run) {
  const button = h(
    "button",
    {
      type: "button",
      id: "copy-replay",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(run.outcome.replay);
          button.textContent = "Copied";
        } catch {
          getSelection()?.selectAllChildren(code);
          button.textContent = "Selected";
        }
      },
    },
    "Copy",
  );
  const code = h("code", { id: "replay" }, run.outcome.replay);
  return h("p", { class: "replay" }, h("span", { class: "muted" }, "Run it again: "), code, " ", button);
}

/** @param {Run} run */
export function story(run) {
  const { title, lines, left_out: leftOut } = run.data.story;
  /** @param {RunData["story"]["lines"][number]} line */
  const sentence = (line) => {
    const [, when, what] = /^(at [^:]* ms): ([^]*)$/.exec(line.text) ?? [null, `event ${line.n}`, line.text];
    return h("li", null, eventLink(line.n, when), ` ${what}`);
  };
  return section("story", capitalized(title).replace(/:$/, ""), [
    lines.length
      ? h("ol", { class: "story" }, lines.map(sentence))
      : h(
          "p",
          null,
          "Nothing out of the ordinary: every request went down the chain and its result came back.",
        ),
    leftOut > 0 && h("p", { class: "muted" }, `${plural(leftOut, "less telling event")} left out.`),
    run.data.clients && [
      h("h3", null, "What each client saw"),
      h(
        "ul",
        { class: "story" },
        run.data.clients.split("\n").map((line) => h("li", null, line)),
      ),
    ],
    run.data.log_lines && [
      h("h3", null, "From the logs"),
      h("pre", { class: "callout" }, run.data.log_lines),
    ],
    run.data.difference && [
      h("h3", null, "Differences"),
      h("pre", { class: "callout bad" }, run.data.difference),
    ],
    run.data.waiting.length > 0 && [
      h("h3", null, "What everybody was waiting for"),
      h(
        "ul",
        null,
        run.data.waiting.map((line) => h("li", null, line)),
      ),
    ],
  ]);
}
