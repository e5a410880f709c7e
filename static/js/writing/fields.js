// The fields of a form by name, each as the list of its values: a text is one, a tick none or "on", choices any number.
// Hidden fields are not the person's, and files are another matter (uploads.js).
import { fit, inLines } from "../rows.js";

const NOT_TYPED = new Set(["hidden", "file", "submit", "button", "image", "reset", "password"]);

export function named(form, name) {
  return [...form.elements].filter((field) => field.name === name && isTyped(field));
}

function isTyped(field) {
  return Boolean(field.name) && !NOT_TYPED.has(field.type) && field.tagName !== "FIELDSET";
}

export function names(form) {
  return [...new Set([...form.elements].filter(isTyped).map((field) => field.name))];
}

const tableOf = (form, name) => named(form, name)[0]?.closest("[data-rows]");
const isTick = (field) => field.type === "checkbox" || field.type === "radio";

function gather(form, of) {
  const found = {};
  for (const field of form.elements) {
    if (!isTyped(field)) continue;
    (found[field.name] ??= []).push(...of(field));
  }
  return found;
}

// What stands in the fields now.
export function values(form) {
  return gather(form, (field) => {
    if (isTick(field)) return field.checked ? [field.value] : [];
    if (field.multiple && field.options) return [...field.selectedOptions].map((option) => option.value);
    return [field.value];
  });
}

// What the server wrote into the page, whatever the browser has put back since.
export function rendered(form) {
  return gather(form, (field) => {
    if (isTick(field)) return field.defaultChecked ? [field.value] : [];
    if (!field.options) return [field.defaultValue];
    const chosen = [...field.options].filter((option) => option.defaultSelected);
    if (!chosen.length && !field.multiple && field.options.length) return [field.options[0].value];
    return chosen.map((option) => option.value);
  });
}

export function fill(form, name, list) {
  const table = tableOf(form, name);
  if (table) fit(table, list);
  for (const field of table ? [] : named(form, name)) {
    if (isTick(field)) field.checked = list.includes(field.value);
    else if (field.multiple && field.options) {
      for (const option of field.options) option.selected = list.includes(option.value);
    } else field.value = list[0] ?? "";
  }
  // Counters and whatever else looks on. `filled` tells our own listeners that no person typed this.
  const first = named(form, name)[0];
  first?.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: { filled: true } }));
}

// Signs that nobody sees, and white space at either end, make no difference: the server takes them away too.
const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

export function tidy(text) {
  return text.replace(/\r\n?/g, "\n").replace(UNSEEN, "").normalize("NFC").trim();
}

// What is blank at the end is nothing; between other values it is a cell of a table.
const seen = (list) => list.slice(0, list.findLastIndex(Boolean) + 1);

export function same(one = [], other = []) {
  const [a, b] = [one, other].map((list) => seen(list.map(tidy)));
  return a.length === b.length && a.every((text, place) => text === b[place]);
}

// The box around a field: its label, help, errors and counter.
export function boxOf(form, name) {
  return named(form, name)[0]?.closest(".field, .choice, .scale") ?? null;
}

export function labelOf(form, name) {
  const box = boxOf(form, name);
  const words = box?.querySelector("legend, label")?.cloneNode(true);
  for (const extra of words?.querySelectorAll(".optional, .weight") ?? []) extra.remove();
  return words?.textContent.trim().replace(/\s+/g, " ") || named(form, name)[0]?.getAttribute("aria-label") || name;
}

// Values as a person reads them: of choices and ticks the words beside them.
export function inWords(form, name, list) {
  const fields = named(form, name);
  const table = tableOf(form, name);
  if (table) return inLines(table, list);
  return list
    .map((value) => {
      const tick = fields.find((field) => isTick(field) && field.value === value);
      if (tick) return tick.labels?.[0]?.textContent.trim().replace(/\s+/g, " ") || value;
      const option = [...(fields[0]?.options ?? [])].find((one) => one.value === value);
      return option ? option.textContent.trim() : value;
    })
    .join("\n");
}
