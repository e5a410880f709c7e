// What one form holds on the device: what was typed in this page and is not with the server yet, and what earlier pages
// left behind, which is offered word by word. `data-writing` says of which object, `data-writer` whose words they are.
import { fill, inWords, labelOf, names, rendered, same, values } from "./fields.js";
import { difference } from "./difference.js";
import { everything, ofPerson, put, remove } from "./store.js";
import { announce, part, say, time } from "./words.js";

const THROWN_STAYS = 24 * 60 * 60 * 1000;

export class Kept {
  constructor(form) {
    this.form = form;
    this.person = form.dataset.writer;
    this.object = form.dataset.writing;
    this.id = `${this.person} ${this.object} ${Date.now()}-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    this.base = "unsent" in form.dataset ? {} : rendered(form); // what the server has of it
    this.writing = Promise.resolve();
    this.at = null;
  }

  // The fields that hold something the server does not have.
  unsent() {
    return Object.fromEntries(
      Object.entries(values(this.form)).filter(([name, list]) => !same(list, this.base[name])),
    );
  }

  // Keep these fields ({name: list}) and, for an application, the mark of what the page showed of each.
  keep(words, seen = {}, tried = {}) {
    this.at = Object.keys(words).length ? Date.now() : null;
    const record = this.at && {
      id: this.id,
      person: this.person,
      object: this.object,
      title: (document.querySelector("h1")?.textContent ?? document.title).trim().replace(/\s+/g, " "),
      path: location.pathname,
      words,
      seen,
      tried,
      at: this.at,
    };
    this.latest = record;
    // One after the other, and only the newest of those that wait.
    this.writing = this.writing.then(() => this.write(record));
    return this.writing;
  }

  async write(record) {
    if (record !== this.latest) return;
    if (record) await put("words", record);
    else await remove("words", this.id);
  }

  async earlier() {
    const mine = this.person ? await ofPerson("words", this.person) : await everything("words");
    return mine.filter(({ object, id }) => object === this.object && id !== this.id).sort((a, b) => a.at - b.at);
  }

  // Show what earlier pages left. `use(record)` puts the words of one into the form.
  async offer(use) {
    for (const record of await this.earlier()) {
      if (record.thrown && Date.now() - record.thrown > THROWN_STAYS) await remove("words", record.id);
      else if (record.thrown) this.show(record, use);
      else if (record.id === sessionStorage.getItem("writing-resume")) {
        sessionStorage.removeItem("writing-resume"); // this tab went on from our page without a connection
        this.take(record, use);
      } else if (this.differing(record).length) this.show(record, use);
      else await remove("words", record.id);
    }
  }

  differing({ words }) {
    const shown = rendered(this.form);
    const known = new Set(names(this.form));
    return Object.keys(words).filter((name) => known.has(name) && !same(words[name], shown[name]));
  }

  take(record, use) {
    const words = Object.fromEntries(this.differing(record).map((name) => [name, record.words[name]]));
    for (const [name, list] of Object.entries(words)) fill(this.form, name, list);
    use({ ...record, words });
    return remove("words", record.id);
  }

  show(record, use) {
    const notice = part("offer");
    notice.dataset.kept = record.id;
    const act = (name) => notice.querySelector(`[data-act="${name}"]`);
    const turn = (thrown) => {
      notice.querySelector("[data-open]").hidden = thrown;
      notice.querySelector("[data-thrown]").hidden = !thrown;
    };
    notice.querySelector(".title").textContent = say("kept", { time: time(record.at) });
    this.list(notice.querySelector("dl"), record);
    act("use").addEventListener("click", async () => {
      await this.take(record, use);
      notice.remove();
      announce(say("used"));
    });
    act("throw").addEventListener("click", async () => {
      record.thrown = Date.now();
      await put("words", record);
      turn(true);
      act("undo").focus();
      announce(say("thrown"));
    });
    act("undo").addEventListener("click", async () => {
      delete record.thrown;
      await put("words", record);
      turn(false);
      act("use").focus();
    });
    turn(Boolean(record.thrown));
    this.place(notice);
  }

  place(notice) {
    const others = this.form.querySelectorAll(":scope > [data-kept]");
    if (others.length) others[others.length - 1].after(notice);
    else this.form.prepend(notice);
  }

  list(into, record) {
    const shown = rendered(this.form);
    const pattern = into.querySelector("[data-row]");
    for (const name of this.differing(record)) {
      const row = pattern.cloneNode(true);
      const [before, after] = [shown[name] ?? [], record.words[name]].map((list) => inWords(this.form, name, list));
      row.querySelector("dt").textContent = labelOf(this.form, name);
      row.querySelector("dd").append(difference(before, after));
      into.append(row);
    }
    pattern.remove();
  }
}
