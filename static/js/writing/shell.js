// The page that stands in for an application's while there is no connection (templates/…/offline_form.html). It shows
// what was typed here and is not saved, lets one go on, and gives way to the real page as soon as there is a line: that
// one takes the words over and does what was asked for. Saved answers are not kept on the device, so that their fields
// wait; those that were never answered can be filled in.
import { ask, BackOff } from "./connection.js";
import { boxOf, fill, named, names, values } from "./fields.js";
import { Kept } from "./kept.js";
import { Line } from "./line.js";
import { get, remove } from "./store.js";
import { announce, say, time } from "./words.js";

class Shell {
  constructor(form, path, known) {
    Object.assign(this, { form, path, known, backOff: new BackOff(), seen: {}, tried: {} });
    [form.dataset.writer, form.dataset.writing] = [known.person, known.object];
    this.kept = new Kept(form);
    this.line = new Line(document.getElementById(form.dataset.line));
  }

  async watch() {
    const left = (await this.kept.earlier()).filter(({ thrown }) => !thrown);
    for (const { words, seen, tried, at } of left) {
      for (const [name, list] of Object.entries(words)) {
        fill(this.form, name, list);
        this.tried[name] = [...(this.tried[name] ?? []), ...(tried?.[name] ?? []), list];
      }
      Object.assign(this.seen, seen);
      this.line.since = Math.min(this.line.since ?? at, at);
    }
    this.lock();
    this.form.addEventListener("input", () => this.keep());
    this.form.addEventListener("change", () => this.keep());
    if (left.length) await this.keep();
    for (const { id } of left) await remove("words", id);
    this.line.tell({ trouble: "offline" });
    this.form.addEventListener("submit", (event) => this.press(event));
    window.addEventListener("online", () => this.look());
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
    await this.offerWish();
    this.later();
  }

  // What is saved is not here: its field waits for the line, so that nobody writes over it.
  lock() {
    for (const name of names(this.form)) {
      if (name in this.seen || !(this.known.marks?.[name] ?? "")) continue;
      for (const field of named(this.form, name)) field.disabled = true;
      const note = Object.assign(document.createElement("p"), { className: "minor", textContent: say("is-saved") });
      boxOf(this.form, name)?.append(note);
    }
    for (const field of this.form.querySelectorAll('[type="file"]')) field.disabled = true;
  }

  keep() {
    const now = values(this.form);
    const mine = Object.entries(now).filter(
      ([name, list]) => !named(this.form, name)[0].disabled && (name in this.seen || list.some(Boolean)),
    );
    for (const [name] of mine) this.seen[name] ??= this.known.marks?.[name] ?? "";
    this.line.tell({ unsaved: mine.length > 0 });
    return this.kept.keep(Object.fromEntries(mine), this.seen, this.tried);
  }

  press(event) {
    event.preventDefault();
    const act = event.submitter?.value;
    if (act === "save") return this.look();
    sessionStorage.setItem("writing-then", act);
    this.tellHeld(say("held-title"));
    this.look();
  }

  tellHeld(words) {
    const notice = document.querySelector("[data-not-received]");
    notice.hidden = false;
    notice.querySelector(".title").textContent = words;
    announce(words);
  }

  async offerWish() {
    const wish = await get("wishes", `${this.known.person} ${this.path}`);
    if (wish) this.tellHeld(say(wish.isOnRecord ? "on-record" : "not-received", { time: time(wish.at) }));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), this.backOff.next());
  }

  async look() {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const heard = await ask(this.path, { headers: { Accept: "application/json" } });
      if (heard.is !== "away") return await this.giveWay();
    } catch {
      // Still no line.
    } finally {
      this.isLooking = false;
    }
    this.later();
  }

  async giveWay() {
    await this.keep();
    if (this.kept.latest) sessionStorage.setItem("writing-resume", this.kept.id);
    if (location.pathname === this.path || !this.kept.latest) location.reload();
    else location.assign(this.path);
  }
}

const [path] = location.pathname.match(/^\/applications\/[^/]+\//) ?? [];
const form = document.querySelector("form[data-stands-in]");
const known = path && (await get("pages", path));
if (form && known) new Shell(form, path, known).watch();
