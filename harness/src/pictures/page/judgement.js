// Clauses and invariants, failures, blame, and what the replicas hold.

import { eventLink, h, list, plural, section, tableOf } from "./element.js";
import { FATES, spaced, timeText } from "./words.js";

/** @import { Cause, Failure, Outcome, Replica, Without } from "./data.d.ts" */
/** @import { Run } from "./run.js" */

/** @param {boolean | null} held */
const sign = (held) =>
  held === null
    ? h("span", { class: "sign unknown", title: "not decided" }, "?")
    : held
      ? h("span", { class: "sign good", title: "held" }, "✓")
      : h("span", { class: "sign bad", title: "broken" }, "✗");

/** @param {Run} run */
export function clauses(run) {
  /**
   * @param {boolean | null} held
   * @param {string} name
   * @param {string} detail
   * @param {number | undefined} event
   */
  const row = (held, name, detail, event) =>
    h(
      "tr",
      { class: held === false ? "broken" : "" },
      h("td", null, sign(held)),
      h("th", { scope: "row" }, name),
      h("td", { class: "words" }, detail || ""),
      h("td", null, eventLink(event)),
    );
  /**
   * @param {string} caption
   * @param {HTMLTableRowElement[]} rows
   */
  const table = (caption, rows) =>
    h("div", { class: "scroll" }, h("table", null, h("caption", null, caption), h("tbody", null, rows)));
  /**
   * @param {{ isFine: boolean }} a
   * @param {{ isFine: boolean }} b
   */
  const byWeight = (a, b) => Number(a.isFine) - Number(b.isFine);
  const expected = run.outcome.clauses
    .map((clause) => ({ ...clause, isFine: clause.status !== "broken" }))
    .sort(byWeight);
  const invariants = run.outcome.invariants
    .map((invariant) => ({ ...invariant, isFine: invariant.held !== false }))
    .sort(byWeight);
  return section(
    "clauses",
    "Clauses and invariants",
    h(
      "div",
      { class: "halves" },
      expected.length
        ? table(
            "What the expected file asks for",
            expected.map((clause) => row(clause.isFine, clause.clause, clause.detail, clause.event)),
          )
        : h(
            "p",
            { class: "muted" },
            "There is no expected file with clauses: only the invariants were checked.",
          ),
      table(
        "What must hold in every run",
        invariants.map((invariant) =>
          row(invariant.held, spaced(invariant.name), invariant.detail, invariant.event),
        ),
      ),
    ),
  );
}

/** @param {Run} run */
export function failures(run) {
  if (!run.outcome.failures.length) return null;
  /** @param {Failure} failure */
  const row = (failure) =>
    h(
      "tr",
      { class: failure.status === "applied" && failure.effect ? "" : "broken" },
      h("th", { scope: "row" }, `replica ${failure.replica}, configuration ${failure.configuration}`),
      h(
        "td",
        null,
        h("code", null, `${failure.trigger.trim()}, ${failure.failure.trim()}`),
        h("div", { class: "muted small" }, `line ${failure.line}`),
      ),
      h(
        "td",
        null,
        failure.status === "applied"
          ? failure.effect
            ? "⚡\ufe0e applied"
            : "○ applied without effect"
          : `○ ${FATES[failure.status] ?? failure.status}`,
      ),
      h("td", null, failure.at_ms === null ? "–" : timeText(failure.at_ms * 1000)),
      h("td", { class: "words" }, failure.note),
      h("td", null, eventLink(failure.event)),
    );
  return section(
    "failures",
    "Failures and their fates",
    tableOf(["Replica", "Trigger, failure", "Fate", "When", "Note", ""], run.outcome.failures.map(row)),
  );
}

/** @type {Record<string, string>} */
const ROLES = {
  not_applied: "not applied",
  reconfigures: "brings on a reconfiguration",
  masked: "masked: nothing changes without it",
  felt: "felt",
};

/**
 * What each failure did, told by runs without it; there only where somebody asked for those runs.
 * @param {Run} run
 */
export function ablation(run) {
  const of = run.outcome.ablation;
  if (!of) return null;
  /** @param {number} index */
  const name = (index) =>
    h("code", null, `${of.without[index].trigger.trim()}, ${of.without[index].failure.trim()}`);
  /** @param {Cause} cause */
  const cause = ({ configuration, needs, needs_none: needsNone }) =>
    h(
      "li",
      null,
      `Configuration ${configuration} ended `,
      needs.length
        ? ["because of ", needs.map((index, place) => [place ? " and " : "", name(index)])]
        : needsNone
          ? "as it would have without any failure"
          : "because of several failures, none of which is needed alone",
      ".",
    );
  /** @param {Without} without */
  const row = (without) =>
    h(
      "tr",
      null,
      h(
        "th",
        { scope: "row" },
        `replica ${without.replica}, configuration ${without.configuration}`,
        h("div", null, h("code", null, `${without.trigger.trim()}, ${without.failure.trim()}`)),
      ),
      h("td", null, ROLES[without.role] ?? without.role),
      h(
        "td",
        { class: "words" },
        without.changes.length ? without.changes.map((line) => h("div", null, line)) : "–",
      ),
      h(
        "td",
        { class: "words" },
        without.breaks.length ? without.breaks.map((line) => h("div", { class: "fate" }, line)) : "–",
      ),
    );
  return section("ablation", "What caused what: the run repeated without each failure", [
    h("ul", null, of.causes.map(cause)),
    tableOf(["Without", "Its part", "Then", "Broke because of it"], of.without.map(row)),
  ]);
}

/**
 * What speaks against a replica.
 * @typedef {object} Case
 * @property {number} configuration
 * @property {number} replica
 * @property {Failure[]} injected
 * @property {Outcome["suspicions"]} suspected
 * @property {Outcome["convictions"]} convicted
 * @property {string[]} ended what became of it at the reconfiguration
 */

/** @param {Outcome} outcome */
function readCases(outcome) {
  /** @type {Map<string, Case>} */
  const cases = new Map();
  /**
   * @param {number} configuration
   * @param {number} replica
   */
  const of = (configuration, replica) => {
    const key = `${configuration} ${replica}`;
    const known = cases.get(key);
    if (known) return known;
    /** @type {Case} */
    const found = { configuration, replica, injected: [], suspected: [], convicted: [], ended: [] };
    cases.set(key, found);
    return found;
  };
  for (const failure of outcome.failures)
    if (failure.status === "applied") of(failure.configuration, failure.replica).injected.push(failure);
  for (const suspicion of outcome.suspicions)
    of(suspicion.configuration, suspicion.replica).suspected.push(suspicion);
  for (const conviction of outcome.convictions)
    of(conviction.configuration, conviction.replica).convicted.push(conviction);
  for (const configuration of outcome.configurations) {
    for (const { replica, why } of configuration.ruled_out)
      of(configuration.number, replica).ended.push(`ruled out: ${spaced(why)}`);
    for (const replica of configuration.set_aside)
      of(configuration.number, replica).ended.push("set aside: silent");
  }
  return [...cases.values()].sort((a, b) => a.configuration - b.configuration || a.replica - b.replica);
}

/**
 * For each replica that was blamed or made faulty: what it did, who blamed it, and what is proved.
 * @param {Run} run
 */
export function blame(run) {
  const cases = readCases(run.outcome);
  if (!cases.length)
    return section("blame", "Blame", h("p", null, "Nobody was blamed, and nobody was made to fail."));
  /** @param {Case} item */
  const isFaulty = (item) => run.faulty.has(`replica-${item.configuration}-${item.replica}`);
  const rows = cases.map((item) =>
    h(
      "tr",
      null,
      h("th", { scope: "row" }, `replica ${item.replica}, configuration ${item.configuration}`),
      h(
        "td",
        null,
        isFaulty(item) ? h("span", { class: "fate" }, "⚡\ufe0e faulty") : "correct",
        item.injected.map((failure) => h("div", null, h("code", null, failure.failure.trim()))),
      ),
      h(
        "td",
        null,
        item.suspected.length
          ? item.suspected.map((suspicion) =>
              h(
                "div",
                null,
                `by ${suspicion.by.kind} ${suspicion.by.kind === "olympus" ? "" : suspicion.by.number}: ${spaced(suspicion.reason)} `,
                eventLink(suspicion.event),
              ),
            )
          : "–",
      ),
      h(
        "td",
        { class: "words" },
        item.convicted.length
          ? item.convicted.map((conviction) =>
              h("div", null, h("strong", null, "⚖ "), `${conviction.evidence} `, eventLink(conviction.event)),
            )
          : "–",
      ),
      h("td", null, item.ended.length ? item.ended.map((line) => h("div", null, line)) : "–"),
    ),
  );
  return section("blame", "Blame: who was suspected, who is convicted", [
    h(
      "p",
      { class: "muted small" },
      "A suspicion is somebody's word. A conviction is proved by signed statements, and was verified again from the trace.",
    ),
    tableOf(["Replica", "Truth", "Suspected", "Convicted, by what evidence", "At the reconfiguration"], rows),
  ]);
}

/** @typedef {Replica & { dictionary: Record<string, string> }} Living */

/**
 * @param {Replica} replica
 * @returns {replica is Living}
 */
const hasDictionary = (replica) => replica.dictionary !== undefined;

/**
 * The value of a replica under a key. Keys come from scenarios: `__proto__` is one like any other.
 * @param {Living} replica
 * @param {string} key
 */
const valueOf = ({ dictionary }, key) => (Object.hasOwn(dictionary, key) ? dictionary[key] : undefined);

/**
 * The value that most replicas of a configuration have under a key; undefined: no value.
 * @param {Living[]} replicas
 * @param {string} key
 */
function usualValue(replicas, key) {
  /** @type {Map<string | undefined, number>} */
  const counts = new Map();
  for (const replica of replicas) {
    const value = valueOf(replica, key);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** @param {Run} run */
export function dictionaries(run) {
  const replicas = run.outcome.replicas.filter(hasDictionary);
  if (!replicas.length)
    return section("dictionaries", "Dictionaries", h("p", null, "No replica lived to tell its dictionary."));
  const numbers = [...new Set(replicas.map((replica) => replica.configuration))];
  const tables = numbers.toReversed().map((number) => {
    const members = replicas.filter((replica) => replica.configuration === number);
    const keys = [...new Set(members.flatMap((replica) => Object.keys(replica.dictionary)))].sort();
    let differing = 0;
    const rows = keys.map((key) => {
      const usual = usualValue(members, key);
      return h(
        "tr",
        null,
        h("th", { scope: "row" }, h("code", null, key === "" ? "''" : key)),
        members.map((replica) => {
          const value = valueOf(replica, key);
          const differs = value !== usual;
          differing += differs ? 1 : 0;
          return h(
            "td",
            { class: differs ? "differs" : "" },
            differs && h("strong", { title: "differs from most replicas of its configuration" }, "≠ "),
            value === undefined
              ? h("span", { class: "muted" }, "absent")
              : h("code", null, value === "" ? "''" : value),
          );
        }),
      );
    });
    /** @param {Living} replica */
    const heading = (replica) =>
      h(
        "th",
        { scope: "col" },
        `${replica.correct ? "" : "⚡\ufe0e "}replica ${replica.replica}`,
        h(
          "div",
          { class: "muted small" },
          `${replica.mode}${replica.correct ? "" : ", faulty"}${replica.next_slot === undefined ? "" : `, before slot ${replica.next_slot}`}`,
        ),
      );
    const gone = run.outcome.replicas
      .filter((replica) => replica.configuration === number && !replica.dictionary)
      .map((replica) => `replica ${replica.replica} (${replica.mode})`);
    return h(
      "details",
      { open: number === numbers[numbers.length - 1] || differing > 0, class: "configuration" },
      h(
        "summary",
        null,
        `Configuration ${number}: ${plural(keys.length, "key")}, ${differing ? plural(differing, "difference") : "all alike"}`,
      ),
      keys.length
        ? h(
            "div",
            { class: "scroll" },
            h(
              "table",
              { class: "dictionary" },
              h("thead", null, h("tr", null, h("th", { scope: "col" }, "Key"), members.map(heading))),
              h("tbody", null, rows),
            ),
          )
        : h("p", { class: "muted" }, "Every dictionary is empty."),
      gone.length > 0 && h("p", { class: "muted small" }, `Without a last word: ${list(gone)}.`),
    );
  });
  return section("dictionaries", "Dictionaries of all replicas, side by side", [
    h(
      "p",
      { class: "muted small" },
      "≠ marks a value that differs from that of most replicas of the same configuration. In a configuration that was replaced the last replicas may well lag behind.",
    ),
    tables,
  ]);
}

/** @param {Run} run */
export function files(run) {
  const marked = new Set(run.outcome.failures.map((failure) => failure.line));
  return section(
    "files",
    "Files",
    run.data.files.map(({ name, text }, index) =>
      h(
        "details",
        { open: index === 0 },
        h("summary", null, name),
        h(
          "pre",
          { class: "file" },
          text
            .replace(/\n$/, "")
            .split("\n")
            .map((line, number) =>
              h(
                "div",
                { class: index === 0 && marked.has(number + 1) ? "line failure" : "line" },
                h("span", { class: "number", "aria-hidden": "true" }, number + 1),
                line || " ",
              ),
            ),
        ),
      ),
    ),
  );
}
