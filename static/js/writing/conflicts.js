// Two people changed the same answer: both texts stand above the field, with whose they are and when, until the person
// has chosen. Neither is lost: the server keeps what is set aside, and taking theirs can be undone on the page.
import { boxOf, fill, inWords, labelOf, values } from "./fields.js";
import { difference } from "./difference.js";
import { announce, part, say } from "./words.js";

export class Conflicts {
  constructor(form, page) {
    this.form = form;
    this.page = page;
    this.open = new Map();
    form.addEventListener("input", () => this.open.forEach((conflict) => this.draw(conflict)));
  }

  get size() {
    return this.open.size;
  }

  has(key) {
    return this.open.has(key);
  }

  show({ key, mark, value, by, at }) {
    const box = boxOf(this.form, key);
    if (!box) return;
    const known = this.open.get(key);
    const notice = known?.notice ?? part("conflict");
    const conflict = { key, mark, value, by, at, notice };
    this.open.set(key, conflict);
    this.draw(conflict);
    if (known) return;
    this.form.querySelector(`[data-conflict="${CSS.escape(key)}"]`)?.remove(); // one that was settled
    notice.dataset.conflict = key;
    const press = (act, then) => notice.querySelector(`[data-act="${act}"]`).addEventListener("click", then);
    press("mine", () => this.keepMine(key));
    press("theirs", () => this.takeTheirs(key));
    box.before(notice);
    announce(say("conflict-in", { name: by, label: labelOf(this.form, key) }));
  }

  // To the first that waits for a choice.
  lead() {
    const [first] = this.open.values();
    first?.notice.scrollIntoView({ block: "center" });
    first?.notice.querySelector("button").focus({ preventScroll: true });
  }

  draw({ key, value, by, at, notice }) {
    const texts = { theirs: inWords(this.form, key, value) };
    texts.mine = inWords(this.form, key, values(this.form)[key] ?? []);
    notice.querySelector(".title").textContent = say("conflict", { name: by, time: at });
    notice.querySelector("[data-whose]").textContent = say("by", { name: by, time: at });
    for (const [whose, text] of Object.entries(texts)) {
      notice.querySelector(`[data-${whose}]`).textContent = text || say("nothing");
    }
    notice.querySelector("[data-between]").replaceChildren(difference(texts.theirs, texts.mine));
  }

  settle(key) {
    const conflict = this.open.get(key);
    this.open.delete(key);
    this.page.marks[key] = conflict.mark;
    this.page.shown[key] = conflict.value;
    return conflict;
  }

  // The server is told that their text was seen here, and takes ours.
  keepMine(key) {
    this.settle(key).notice.remove();
    this.page.keep();
    this.page.save();
  }

  takeTheirs(key) {
    const mine = values(this.form)[key];
    const { value, notice } = this.settle(key);
    fill(this.form, key, value);
    this.page.keep();
    notice.querySelector("[data-open]").hidden = true;
    const taken = notice.querySelector("[data-taken]");
    taken.hidden = false;
    const undo = taken.querySelector('[data-act="undo"]');
    undo.addEventListener("click", () => {
      fill(this.form, key, mine);
      notice.remove();
      this.page.typed();
    });
    undo.focus();
  }
}
