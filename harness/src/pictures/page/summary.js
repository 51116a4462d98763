// The first screen: what was asked, what failed, what the system did, what was decided.

const eventLink = (n, text) =>
  n === undefined || n === null
    ? null
    : h("a", { href: `#event-${n}`, class: "event-link" }, text ?? `event ${n}`);

const titleText = () => {
  const words = spaced(OUTCOME.scenario.split("/").pop());
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function asked() {
  const { t, num_client } = OUTCOME.parameters;
  const replicas = 2 * t + 1;
  const shown = 5;
  const requests = OUTCOME.requests
    .slice(0, shown)
    .map((request) => h("li", null, h("code", null, operationText(request.operation))));
  const more = OUTCOME.requests.length - shown;
  return card("What was asked", "asked", [
    h(
      "p",
      null,
      `${plural(num_client, "client")} sent ${plural(OUTCOME.requests.length, "request")} to a chain of ${plural(replicas, "replica")}, which tolerates ${t ? plural(t, "faulty one", "faulty ones") : "no faulty one"} in each configuration.`,
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

const FATES = { applied: "applied", armed: "armed, never applied", not_triggered: "not triggered" };

function injected() {
  const of = OUTCOME.failures;
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
          `${replicaText(failure.replica).replace(/^r/, "R")} of configuration ${failure.configuration}`,
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
              eventLink(failure.event, `at ${timeText(failure.at_ms * 1000)}`),
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

const causeText = ({ reason, suspect }) =>
  suspect !== null && suspect !== undefined
    ? `refused what replica ${suspect} sent (${spaced(reason)})`
    : reason === "timeout"
      ? "waited in vain"
      : `noticed: ${spaced(reason)},`;

// Long texts are told in full further down.
const brief = (text) => (text.length > 150 ? `${text.slice(0, 149)}…` : text);

function reacted() {
  const sentences = [];
  for (const of of OUTCOME.configurations) {
    const why = of.reconfiguration;
    if (!why) continue;
    const who =
      why.requested_by.kind === "replica"
        ? `Replica ${why.requested_by.number}`
        : `Client ${why.requested_by.number}`;
    const next = OUTCOME.configurations.find((other) => other.number === of.number + 1);
    const convicted = OUTCOME.convictions
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
  const answered = OUTCOME.requests.filter(
    (request) => request.result !== null && request.result !== undefined,
  );
  const by = (who) => answered.filter((request) => request.answered_by === who).length;
  const sources = [
    [by("tail"), "the tail"],
    [by("cache"), "a cache"],
    [by("olympus"), "Olympus"],
  ]
    .filter(([count]) => count)
    .map(([count, who]) => `${count.toLocaleString("en")} by ${who}`);
  const missing = OUTCOME.requests.length - answered.length;
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
        `${answered.length.toLocaleString("en")} of ${plural(OUTCOME.requests.length, "request")} answered${sources.length ? `: ${list(sources)}` : ""}.`,
      ),
      missing > 0 && h("li", { class: "fate" }, `${plural(missing, "request")} without an answer.`),
    ),
  ]);
}

function decided() {
  const broken = OUTCOME.clauses.filter((clause) => clause.status === "broken");
  const breached = OUTCOME.invariants.filter((invariant) => invariant.held === false);
  const failed = OUTCOME.schedules.filter((schedule) => schedule.verdict !== "pass");
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
  const over = OUTCOME.budget.filter((of) => of.faulty.length > of.t);
  const held = OUTCOME.invariants.filter((invariant) => invariant.held).length;
  return card("What was decided", `decided ${OUTCOME.verdict}`, [
    h(
      "p",
      null,
      verdictBadge(OUTCOME.verdict),
      ` ${OUTCOME.schedules.length - failed.length} of ${plural(OUTCOME.schedules.length, "schedule")} passed; this is seed ${OUTCOME.seed}.`,
    ),
    items.length
      ? h(
          "ul",
          { class: "few" },
          items.slice(0, 4),
          items.length > 4 && h("li", null, h("a", { href: "#clauses" }, `and ${items.length - 4} more`)),
        )
      : h("p", null, `${plural(OUTCOME.clauses.length, "clause")} and ${plural(held, "invariant")} held.`),
    over.map((of) =>
      h(
        "p",
        { class: "muted" },
        `Configuration ${of.configuration} has ${of.faulty.length} faulty replicas and tolerates ${of.t}: nothing is promised.`,
      ),
    ),
    h(
      "p",
      { class: "muted" },
      `${plural(OUTCOME.messages, "message")} in ${durationText(OUTCOME.virtual_ms === undefined ? RUN_END : OUTCOME.virtual_ms * 1000)} of the run's time (${OUTCOME.runtime}).`,
    ),
  ]);
}

const card = (title, style, content) =>
  h("section", { class: `card ${style}` }, h("h2", null, title), content);

function replay() {
  const button = h(
    "button",
    {
      type: "button",
      id: "copy-replay",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(OUTCOME.replay);
          button.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(code);
          button.textContent = "Selected";
        }
      },
    },
    "Copy",
  );
  const code = h("code", { id: "replay" }, OUTCOME.replay);
  return h("p", { class: "replay" }, h("span", { class: "muted" }, "Run it again: "), code, " ", button);
}

function story() {
  const { title, lines, left_out: leftOut } = DATA.story;
  const sentence = (line) => {
    const [, when, what] = /^(at [^:]* ms): ([^]*)$/.exec(line.text) ?? [null, `event ${line.n}`, line.text];
    return h("li", null, eventLink(line.n, when), ` ${what}`);
  };
  return section("story", title.charAt(0).toUpperCase() + title.slice(1).replace(/:$/, ""), [
    lines.length
      ? h("ol", { class: "story" }, lines.map(sentence))
      : h(
          "p",
          null,
          "Nothing out of the ordinary: every request went down the chain and its result came back.",
        ),
    leftOut > 0 && h("p", { class: "muted" }, `${plural(leftOut, "less telling event")} left out.`),
    DATA.clients && [
      h("h3", null, "What each client saw"),
      h(
        "ul",
        { class: "story" },
        DATA.clients.split("\n").map((line) => h("li", null, line)),
      ),
    ],
    DATA.log_lines && [h("h3", null, "From the logs"), h("pre", { class: "callout" }, DATA.log_lines)],
    DATA.difference && [h("h3", null, "Differences"), h("pre", { class: "callout bad" }, DATA.difference)],
    DATA.waiting.length > 0 && [
      h("h3", null, "What everybody was waiting for"),
      h(
        "ul",
        null,
        DATA.waiting.map((line) => h("li", null, line)),
      ),
    ],
  ]);
}

const section = (id, title, content) =>
  h(
    "section",
    { id, class: "block", "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title),
    content,
  );
