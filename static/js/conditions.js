// Questions that depend on an earlier answer show themselves once it is given (templates/forms/depends.html). What was
// typed in one that goes stays in its field, and comes back with it. The server decides; without this a save does.
import { values } from "./writing/fields.js";

function isGiven(box, answers) {
  const accepted = JSON.parse(box.dataset.answers);
  const form = box.closest("form");
  const deciding = form.querySelector(`[name="${CSS.escape(box.dataset.shownIf)}"]`)?.closest("[data-shown-if]");
  if (deciding?.hidden) return false;
  const given = answers[box.dataset.shownIf] ?? [];
  return given.some((value) => accepted.includes(value === "on" ? "yes" : value));
}

function watch(form) {
  const boxes = [...form.querySelectorAll("[data-shown-if]")];
  const update = () => {
    const answers = values(form);
    for (const box of boxes) box.hidden = !isGiven(box, answers);
  };
  if (!boxes.length) return;
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  update();
}

for (const form of document.querySelectorAll("form")) watch(form);
