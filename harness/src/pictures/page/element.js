// Elements from values. Text becomes a text node, never markup: there is no other way in.

const SVG = "http://www.w3.org/2000/svg";

/**
 * What an element may hold. Nothing is drawn for what is absent, false or empty.
 * @typedef {Node | string | number | boolean | null | undefined | Child[]} Child
 */

/**
 * A function listens to the event that its name names: `onclick`.
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} Attributes
 */

/**
 * @param {Element} element
 * @param {Attributes | null | undefined} attributes
 * @param {Child[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
}

/**
 * @param {Element} element
 * @param {Child} child
 */
function append(element, child) {
  if (Array.isArray(child)) for (const part of child) append(element, part);
  else if (child !== undefined && child !== null && child !== false && child !== "")
    element.append(child instanceof Node ? child : String(child));
}

/**
 * An element of HTML.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes | null} [attributes]
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  fill(element, attributes, children);
  return element;
}

/**
 * An element of SVG.
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Attributes | null} [attributes]
 * @param {Child[]} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function s(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  fill(element, attributes, children);
  return element;
}

/**
 * The element that something happened to, or the nearest around it, that `selector` means.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | SVGElement | null}
 */
export const closest = (event, selector) =>
  event.target instanceof Element ? event.target.closest(selector) : null;

/**
 * A part of the page that its contents lead to.
 * @param {string} id
 * @param {string} title
 * @param {Child} content
 */
export const section = (id, title, content) =>
  h(
    "section",
    { id, class: "block", "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title),
    content,
  );

/**
 * Leads to an event in the diagram.
 * @param {number | null | undefined} n
 * @param {string} [text]
 */
export const eventLink = (n, text) =>
  n === undefined || n === null
    ? null
    : h("a", { href: `#event-${n}`, class: "event-link" }, text ?? `event ${n}`);

/**
 * A table that scrolls by itself where the page is narrow.
 * @param {string[]} titles
 * @param {HTMLTableSectionElement | HTMLTableRowElement[]} rows a `tbody`, or what is in it
 * @param {Attributes} [attributes]
 */
export function tableOf(titles, rows, attributes) {
  const heading = h(
    "tr",
    null,
    titles.map((title) => h("th", { scope: "col" }, title)),
  );
  const body = rows instanceof Node ? rows : h("tbody", null, rows);
  return h("div", { class: "scroll" }, h("table", attributes, h("thead", null, heading), body));
}

/** `light`, `dark` or what the system says. Storage may be refused where a page comes from a disk. */
export function themeButton() {
  const root = document.documentElement;
  const remembered = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  /** @param {string} theme */
  const remember = (theme) => {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      /* not kept */
    }
  };
  const theme = remembered();
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
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
        const chosen = isDark() ? "light" : "dark";
        root.dataset.theme = chosen;
        remember(chosen);
        button.textContent = label();
      },
    },
    label(),
  );
  return button;
}

/**
 * @param {number} count
 * @param {string} one
 */
export const plural = (count, one, many = `${one}s`) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/**
 * `a, b and c`.
 * @param {string[]} items
 */
export function list(items) {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/**
 * The sign and the words of each verdict.
 * @type {Record<string, [string, string]>}
 */
export const VERDICTS = {
  pass: ["✓", "pass"],
  fail: ["✗", "fail"],
  vacuous: ["○", "vacuous"],
  outside: ["△", "outside the promise"],
  unknown: ["?", "unknown"],
  invalid: ["✗", "invalid"],
  error: ["✗", "error"],
  ignored: ["–", "ignored"],
};

/** @param {string} verdict */
export function verdictBadge(verdict) {
  const [sign, word] = VERDICTS[verdict] ?? ["", verdict];
  return h(
    "span",
    { class: `verdict ${verdict in VERDICTS ? verdict : ""}` },
    h("span", { "aria-hidden": "true" }, sign),
    word,
  );
}

/**
 * Lines of a paragraph joined; blank lines still part paragraphs.
 * @param {string} text
 */
export const reflow = (text) =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s*\n\s*/g, " "))
    .join("\n\n");
