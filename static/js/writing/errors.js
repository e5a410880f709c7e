// What is wrong with an answer stands beside it once one has left the field, and goes as soon as it is mended. The
// summary at the head and the count at the foot lead there; each new one is said aloud.
import { boxOf, labelOf, named, names } from "./fields.js";
import { announce, part, say } from "./words.js";

export class Errors {
  constructor(form) {
    this.form = form;
    this.pending = new Map();
    this.summary = document.querySelector("[data-error-summary]");
    this.count = document.querySelector("[data-error-count]");
    form.addEventListener("focusout", () => setTimeout(() => this.showPending()));
    for (const place of [this.summary, this.count]) place?.addEventListener("click", (event) => this.lead(event));
    this.summarise();
  }

  learn(errors) {
    for (const [key, list] of Object.entries(errors)) {
      if (list.length) this.pending.set(key, list);
      else this.clear(key);
    }
    this.showPending();
  }

  showPending() {
    for (const [key, list] of this.pending) {
      const box = boxOf(this.form, key);
      if (box?.contains(document.activeElement) && !box.querySelector(".field-errors")) continue;
      this.pending.delete(key);
      if (box) this.show(key, box, list);
    }
    this.summarise();
  }

  show(key, box, list) {
    const before = box.querySelector(".field-errors");
    const shown = part("errors");
    const pattern = shown.firstElementChild;
    shown.id = `id_${key}_error`;
    shown.replaceChildren(
      ...list.map((words) => {
        const line = pattern.cloneNode(true);
        line.querySelector("span").textContent = words;
        return line;
      }),
    );
    const isNews = before?.textContent.trim().replace(/\s+/g, " ") !== shown.textContent.trim().replace(/\s+/g, " ");
    if (before) before.replaceWith(shown);
    else (box.querySelector(":scope > .help") ?? box.querySelector(":scope > :is(label, legend)"))?.after(shown);
    this.mark(key, box, true);
    if (isNews) announce(`${labelOf(this.form, key)}: ${list.join(" ")}`);
  }

  clear(key) {
    this.pending.delete(key);
    const box = boxOf(this.form, key);
    const shown = box?.querySelector(".field-errors");
    if (!shown) return;
    shown.remove();
    this.mark(key, box, false);
    announce(say("mended", { label: labelOf(this.form, key) }));
  }

  mark(key, box, isWrong) {
    box.classList.toggle("invalid", isWrong);
    const fields = named(this.form, key);
    const described = box.tagName === "FIELDSET" ? [box] : fields;
    for (const field of fields) {
      if (field.closest("[data-rows]")) continue; // the sentence names the cell
      if (isWrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    for (const element of described) {
      const ids = new Set((element.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean));
      if (isWrong) ids.add(`id_${key}_error`);
      else ids.delete(`id_${key}_error`);
      if (ids.size) element.setAttribute("aria-describedby", [...ids].join(" "));
      else element.removeAttribute("aria-describedby");
    }
  }

  // The answers that are wrong, in the order of the form.
  wrong() {
    return names(this.form).filter((key) => boxOf(this.form, key)?.querySelector(".field-errors"));
  }

  summarise() {
    const wrong = this.wrong();
    const words = wrong.length === 1 ? say("one-to-mend") : say("to-mend", { n: wrong.length });
    if (this.count) [this.count.textContent, this.count.hidden] = [words, !wrong.length];
    if (!this.summary) return;
    this.summary.hidden = !wrong.length;
    this.summary.querySelector(".title").textContent = words;
    const links = wrong.map((key) => {
      const line = document.createElement("li");
      line.append(
        Object.assign(document.createElement("a"), { href: `#id_${key}`, textContent: labelOf(this.form, key) }),
      );
      line.firstChild.dataset.key = key;
      return line;
    });
    this.summary.querySelector("ul").replaceChildren(...links);
  }

  // With the label in view, not the field alone.
  lead(event) {
    const link = event.target.closest("a");
    if (!link) return;
    const box = boxOf(this.form, link.dataset.key ?? this.wrong()[0]);
    if (!box) return;
    event.preventDefault();
    box.scrollIntoView({ block: box.offsetHeight < innerHeight / 2 ? "center" : "start" });
    box.querySelector("input, select, textarea")?.focus({ preventScroll: true });
  }
}
