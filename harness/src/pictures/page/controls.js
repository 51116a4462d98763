// What is above the diagram: filters, folding, zoom.

import { h } from "./element.js";
import { isClient } from "./run.js";
import { operationText, processText, spaced } from "./words.js";

/** @import { Filters } from "./fold.js" */
/** @import { Run } from "./run.js" */

/**
 * What the controls can ask for.
 * @typedef {object} Actions
 * @property {(key: keyof Filters, value: string) => void} filter
 * @property {() => void} clear
 * @property {() => void} unfold
 * @property {() => void} fold
 * @property {(factor: number) => void} zoomBy
 */

/** A list longer than this is typed, not chosen from. */
const OPTIONS_MAX = 400;

/**
 * A field that tells each change of its value.
 * @param {string} id
 * @param {string} label
 * @param {[string | number, string | number][]} options values and what they are called
 * @param {(value: string) => void} onChange
 */
export function chooser(id, label, options, onChange) {
  const select = h(
    "select",
    {
      id,
      onchange: () => {
        onChange(select.value);
      },
    },
    h("option", { value: "" }, "all"),
    options.map(([value, text]) => h("option", { value }, text)),
  );
  return h("label", null, label, select);
}

/**
 * @param {string} id
 * @param {string} label
 * @param {string} placeholder
 * @param {(value: string) => void} onChange
 */
function typed(id, label, placeholder, onChange) {
  const input = h("input", {
    id,
    size: 7,
    placeholder,
    "aria-label": label,
    onchange: () => {
      onChange(input.value.trim());
    },
  });
  return h("label", null, label, input);
}

/**
 * @param {string} id
 * @param {string} text
 * @param {string} label
 * @param {() => void} onclick
 */
const button = (id, text, label, onclick) =>
  h("button", { type: "button", id, "aria-label": label, title: label, onclick }, text);

/**
 * @param {Run} run
 * @param {Actions} actions
 */
export function makeControls(run, actions) {
  /**
   * @param {keyof Filters} key
   * @param {string} label
   * @param {[string | number, string | number][]} options
   */
  const choose = (key, label, options) => {
    /** @param {string} value */
    const onChange = (value) => actions.filter(key, value);
    return options.length > OPTIONS_MAX
      ? typed(`filter-${key}`, label, key === "request" ? "all, or 0:7" : "all", onChange)
      : chooser(`filter-${key}`, label, options, onChange);
  };
  const found = run.events.map((event) => event.fields.slot).filter((slot) => slot !== undefined);
  const slots = [...new Set(found)].sort((a, b) => a - b);
  const kinds = [...new Set(run.messages.map((message) => message.kind))].sort();
  return h(
    "div",
    { class: "controls", role: "group", "aria-label": "Filters and folding" },
    choose(
      "process",
      "Process",
      run.processes.map((process) => [process.name, processText(process)]),
    ),
    choose(
      "client",
      "Client",
      run.processes.filter(isClient).map((client) => [client.number, processText(client)]),
    ),
    choose(
      "request",
      "Request",
      run.outcome.requests.map((request) => [
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
      kinds.map((kind) => [kind, spaced(kind)]),
    ),
    h(
      "span",
      { class: "buttons" },
      button("clear", "Clear", "Clear all filters", actions.clear),
      button("unfold", "Unfold all", "Unfold all rounds", actions.unfold),
      button("fold", "Fold", "Fold usual rounds", actions.fold),
      button("zoom-out", "−", "Zoom out", () => actions.zoomBy(1 / 1.2)),
      button("zoom-in", "+", "Zoom in", () => actions.zoomBy(1.2)),
    ),
  );
}
