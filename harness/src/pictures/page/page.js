// The page, from top to bottom.

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

function main() {
  const detail = new Detail();
  const diagram = new Diagram((event) => detail.show(event));
  const log = new Log((event) => detail.show(event));
  document.body.append(
    h("a", { class: "skip", href: "#diagram" }, "Skip to the diagram"),
    h(
      "header",
      { class: "top" },
      h("div", { class: "crumbs" }, h("span", null, OUTCOME.scenario), themeButton()),
      h("div", { class: "headline" }, h("h1", null, titleText()), verdictBadge(OUTCOME.verdict)),
      DATA.description && h("p", { class: "description" }, reflow(DATA.description)),
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
          ([id]) => (id !== "failures" || OUTCOME.failures.length) && (id !== "ablation" || OUTCOME.ablation),
        )
        .map(([id, text]) => h("a", { href: `#${id}` }, text)),
    ),
    h(
      "main",
      null,
      h("div", { class: "cards" }, asked(), injected(), reacted(), decided()),
      replay(),
      section("diagram", "Who said what, and when: time runs down", [
        diagram.element,
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
        ),
      ]),
      story(),
      operations(),
      clauses(),
      failures() ?? "",
      ablation() ?? "",
      blame(),
      dictionaries(),
      log.element,
      files(),
    ),
    detail.element,
  );
  diagram.relayout();
  log.draw();
  const follow = () => {
    const n = /^#event-(\d+)$/.exec(location.hash)?.[1];
    if (n === undefined || !EVENTS[n]) return;
    document.getElementById("diagram").scrollIntoView({ block: "start" });
    diagram.reveal(Number(n));
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a")?.getAttribute("href") === location.hash) follow();
  });
  if (location.hash.startsWith("#event-")) follow();
  else {
    const first = OUTCOME.failures.find((failure) => failure.status === "applied")?.event;
    const broken = OUTCOME.clauses.find(
      (clause) => clause.status === "broken" && clause.event !== undefined,
    )?.event;
    if (EVENTS.length > 3000 && (first ?? broken) !== undefined) diagram.reveal(first ?? broken);
  }
  document.documentElement.dataset.ready = "true";
}

main();
