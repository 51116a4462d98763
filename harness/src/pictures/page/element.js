// Elements from values. Text becomes a text node, never markup: there is no other way in.
const DATA = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(4)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const s = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

// A table that scrolls by itself where the page is narrow. `rows` are `tr` elements, or a `tbody` of them.
function tableOf(titles, rows, attributes) {
  const heading = h("tr", null, titles.map((title) => h("th", { scope: "col" }, title)));
  const body = rows instanceof Node ? rows : h("tbody", null, rows);
  return h("div", { class: "scroll" }, h("table", attributes, h("thead", null, heading), body));
}

// `light`, `dark` or what the system says. Storage may be refused where a page comes from a disk.
function themeButton() {
  const root = document.documentElement;
  const remembered = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const remember = (theme) => {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      /* not kept */
    }
  };
  if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();
  const isDark = () =>
    root.dataset.theme === "dark" ||
    (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const label = () => (isDark() ? "Light" : "Dark");
  const button = h(
    "button",
    {
      type: "button",
      id: "theme",
      onclick: () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        remember(root.dataset.theme);
        button.textContent = label();
      },
    },
    label(),
  );
  return button;
}

const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

// `a, b and c`.
function list(items) {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

const VERDICTS = {
  pass: ["✓", "pass"],
  fail: ["✗", "fail"],
  vacuous: ["○", "vacuous"],
  outside: ["△", "outside the promise"],
  unknown: ["?", "unknown"],
  invalid: ["✗", "invalid"],
  ignored: ["–", "ignored"],
};

function verdictBadge(verdict) {
  const [sign, word] = VERDICTS[verdict] ?? ["", verdict];
  return h(
    "span",
    { class: `verdict ${verdict in VERDICTS ? verdict : ""}` },
    h("span", { "aria-hidden": "true" }, sign),
    word,
  );
}

// Lines of a paragraph joined; blank lines still part paragraphs.
const reflow = (text) =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s*\n\s*/g, " "))
    .join("\n\n");
