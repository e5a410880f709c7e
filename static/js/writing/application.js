// An application while its team writes it. Two seconds after the last key the touched fields are saved, each with the
// mark of the text that this page showed; every ten seconds the page asks what others have saved meanwhile. A mark is
// taken over only together with its text, and a field that its person has touched is never changed from outside: what
// both changed stays on the page with both texts until the person has chosen.
import { ask, BackOff, renewToken } from "./connection.js";
import { Conflicts } from "./conflicts.js";
import { Errors } from "./errors.js";
import { boxOf, fill, named, names, rendered, same, values } from "./fields.js";
import { Files } from "./files.js";
import { Kept } from "./kept.js";
import { Line } from "./line.js";
import { remember, standIn } from "./offline.js";
import { Wish } from "./wishes.js";
import { announce, part, say } from "./words.js";
import { sendAhead } from "../ticket.js";
import { settled } from "../uploads.js";

const PAUSE = 2000;
const POLL = 10_000;
const JSON_WANTED = { Accept: "application/json" };

export class ApplicationForm {
  constructor(form) {
    this.form = form;
    this.hidden = form.elements;
    this.path = new URL(form.action).pathname;
    this.kept = new Kept(form);
    this.marks = read(this.hidden.seen?.value);
    this.shown = { ...Object.fromEntries(names(form).map((name) => [name, []])), ...rendered(form) };
    this.version = Number(this.hidden.draft_version?.value ?? 0);
    this.line = new Line(document.getElementById(form.dataset.line));
    this.errors = new Errors(form);
    this.conflicts = new Conflicts(form, this);
    this.files = new Files(form);
    this.wish = new Wish({ path: this.path, form, place: atFoot });
    this.tried = {}; // name → texts that went out without an answer: they may have arrived all the same
    this.waiting = {}; // others' texts for the field that has the focus
    this.backOff = new BackOff();
    this.timer = 0;
    this.isSaving = false;
  }

  async watch() {
    this.form.addEventListener("input", (event) => this.typed(event));
    this.form.addEventListener("change", (event) => this.typed(event));
    this.form.addEventListener("focusout", () => setTimeout(() => this.takeWaiting()));
    window.addEventListener("online", () => this.again());
    window.addEventListener("offline", () => this.line.tell({ trouble: "offline" }));
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.again());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.save() : this.again()));
    setInterval(() => this.poll(), POLL);
    this.form.addEventListener("submit", (event) => this.press(event));
    this.form.addEventListener("uploaded", () => this.poll());
    await this.kept.offer((record) => this.use(record));
    if (this.touched().length) this.typed(); // the browser has put back what stood here
    this.poll(); // says that we are here, and what came while the page travelled
    standIn(this);
    await this.wish.offer();
    const then = sessionStorage.getItem("writing-then"); // asked while our page stood in for this one
    sessionStorage.removeItem("writing-then");
    if (then) this.goOn(then);
  }

  // --- What is on the page ---
  touched() {
    const now = values(this.form);
    return Object.keys(now).filter((name) => !same(now[name], this.shown[name]));
  }

  toSend() {
    return this.touched().filter((name) => !this.conflicts.has(name));
  }

  typed(event) {
    if (event?.detail?.filled || event?.target?.type === "file") return;
    this.keep();
    this.later(PAUSE);
  }

  keep() {
    const now = values(this.form);
    const touched = this.touched();
    const words = Object.fromEntries(touched.map((name) => [name, now[name]]));
    const seen = Object.fromEntries(touched.map((name) => [name, this.marks[name] ?? ""]));
    this.line.tell({ unsaved: touched.length > 0, disputed: this.conflicts.size > 0 });
    return this.kept.keep(words, seen, this.tried);
  }

  // Words that this device kept, with the marks of what was shown when they were typed.
  use({ words, seen, tried = {} }) {
    for (const [name, lists] of Object.entries(tried)) (this.tried[name] ??= []).push(...lists);
    for (const name of Object.keys(words)) {
      this.marks[name] = seen?.[name] ?? this.marks[name];
      this.shown[name] = [];
    }
    this.typed();
  }

  // --- Saving ---
  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  again() {
    this.backOff.reset();
    return this.touched().length ? this.save() : this.poll();
  }

  // Whether everything that can be sent is with the server. One at a time; each ends within ten seconds.
  save() {
    if (this.isSaving) {
      this.mustSaveAgain = true;
      return this.saving;
    }
    if (!this.toSend().length) return Promise.resolve(this.touched().length === 0);
    this.isSaving = true;
    this.saving = this.post()
      .catch(() => this.miss("offline"))
      .finally(() => (this.isSaving = false))
      .then(() => {
        if (!this.mustSaveAgain) return this.touched().length === 0;
        this.mustSaveAgain = false;
        return this.save();
      });
    return this.saving;
  }

  async post(isSecondTry = false) {
    clearTimeout(this.timer);
    this.line.tell({ saving: true });
    const keys = this.toSend();
    const sent = values(this.form);
    for (const key of keys) (this.tried[key] ??= []).push(sent[key]);
    this.keep();
    const heard = await ask(this.address(), {
      method: "POST",
      body: this.body(keys, sent),
      headers: JSON_WANTED,
      keepalive: document.hidden,
    });
    if (heard.is === "old token" && !isSecondTry && (await renewToken(this.form))) return this.post(true);
    if (heard.is === "fine") this.heed(heard.told, keys, sent);
    else this.refused(heard);
  }

  // What belongs to a submit comes before everything else (applications/applying/lanes.py).
  address() {
    return this.isSending ? `${this.path}send/` : this.path;
  }

  body(keys, sent) {
    const body = new URLSearchParams();
    body.append("csrfmiddlewaretoken", this.hidden.csrfmiddlewaretoken?.value ?? "");
    body.append("touched", JSON.stringify(keys));
    body.append("seen", JSON.stringify(Object.fromEntries(keys.map((key) => [key, this.marks[key] ?? ""]))));
    body.append("draft_version", this.version);
    for (const key of keys) {
      for (const value of sent[key]) body.append(key, value);
    }
    return body;
  }

  refused({ is, told, after }) {
    if (told?.closed) this.line.tell({ saving: false, trouble: "closed", words: told.message });
    else if (is === "signed out" || is === "old token") this.miss("signed-out");
    else if (is === "away") this.miss("busy", after);
    else this.line.tell({ saving: false, trouble: "refused", words: told?.message ?? "" });
  }

  miss(trouble, after = 0) {
    this.line.tell({ saving: false, trouble });
    this.later(this.backOff.next(after));
  }

  // --- The buttons ---
  async press(event) {
    if (this.isNative || event.defaultPrevented) return;
    event.preventDefault();
    const act = event.submitter?.value ?? "save";
    this.isSending = act === "send";
    if (!(await this.save()) && !this.toSend().length && this.conflicts.size) return this.conflicts.lead();
    if (["closed", "refused"].includes(this.line.state.trouble)) return this.sendAsPage(event.submitter);
    if (act !== "save") await this.goOn(act);
    else if (!this.touched().length) announce(this.line.words());
  }

  // Check or submit, once everything is saved and every file is up; without a connection as soon as there is one.
  async goOn(act) {
    [this.then, this.hasBrought, this.isSending] = [act, false, act === "send"];
    if (this.isSending && !this.touched().length) await this.stamp();
    if (!(await settled())) return this.drop();
    const isSaved = await this.save();
    if (this.conflicts.size) return (this.drop(), this.conflicts.lead());
    if (isSaved && (await this.poll())) return this.finish();
    if (this.then && !this.held) {
      this.held = part("held");
      this.held.querySelector('[data-act="forget"]').addEventListener("click", () => this.drop());
      atFoot(this.held);
      announce(this.held.querySelector(".title").textContent);
    }
  }

  finish() {
    const act = this.then;
    if (!act || this.touched().length) return;
    this.drop();
    // What somebody else saved just now is looked at first.
    const isUnseen = this.hasBrought || Object.keys(this.waiting).length;
    if (act === "submit" || isUnseen) location.assign(this.form.dataset.check);
    else this.send();
  }

  drop() {
    [this.then, this.isSending] = ["", false];
    this.held?.remove();
    this.held = null;
  }

  async send() {
    await this.stamp();
    const key = this.key();
    await this.wish.send({ draft_version: this.version, idempotency_key: key }, this.stamped === key);
  }

  // Where the bar has a ticket for this version it goes ahead: the moment is on record before the submit has its turn.
  async stamp() {
    const given = this.hidden.idempotency_key;
    const isOfThis = Number(given?.dataset.of) === this.version && given.value === this.key();
    if (!isOfThis || this.stamped === given.value) return;
    if (await sendAhead(given).catch(() => false)) this.stamped = given.value;
  }

  // One key a version: a second press of the same button means the same submit.
  key() {
    const given = this.hidden.idempotency_key?.value;
    return ((this.keys ??= {})[this.version] ??= given || crypto.randomUUID());
  }

  // The server shows what it has to say as a page, with everything that stands in the fields.
  sendAsPage(submitter) {
    this.isNative = true;
    this.form.requestSubmit(submitter);
  }

  // --- What others do ---
  // Resolves to whether the server answered.
  poll() {
    if (document.hidden || this.isSaving) return Promise.resolve(false);
    this.polling ??= this.look()
      .catch(() => this.line.tell({ trouble: "offline" }) ?? false)
      .finally(() => (this.polling = null));
    return this.polling;
  }

  async look() {
    const heard = await ask(`${this.address()}?since=${this.version}`, { headers: JSON_WANTED });
    if (heard.is !== "fine" || !heard.told) return this.refused(heard) ?? heard.told?.closed ?? false;
    this.heed(heard.told);
    if (this.then && this.held) this.finish();
    return true;
  }

  heed(told, keys = [], sent = {}) {
    this.backOff.reset();
    this.line.tell({ saving: false, trouble: "" });
    if (told.draft_version < this.version) return this.keep(); // an answer that was overtaken
    this.version = told.draft_version ?? this.version;
    if (this.hidden.draft_version) this.hidden.draft_version.value = this.version;
    for (const conflict of told.conflicts ?? []) this.dispute(conflict);
    for (const [key, answer] of Object.entries(told.answers ?? {})) this.adopt(key, answer, keys, sent);
    if (this.hidden.seen) this.hidden.seen.value = JSON.stringify(this.marks);
    if (keys.length || Object.keys(told.answers ?? {}).length) remember(this);
    this.errors.learn(told.errors ?? {});
    if (told.files && this.files.learn(told.files)) this.hasBrought = true;
    this.line.tell({ message: told.message });
    this.frame(told);
    this.keep();
    if (this.toSend().length) this.later(PAUSE);
    else if (this.held && keys.length) this.finish();
  }

  // What stands there may be a text of ours that arrived without our hearing of it: that is nobody else's.
  dispute(conflict) {
    const isOurs = (this.tried[conflict.key] ?? []).slice(0, -1).some((list) => same(list, conflict.value));
    if (conflict.is_own && isOurs) this.take(conflict.key, conflict);
    else this.conflicts.show(conflict);
  }

  adopt(key, answer, keys, sent) {
    const field = named(this.form, key);
    if (!field.length) return;
    if (this.conflicts.has(key)) return keys.length ? undefined : this.conflicts.show({ ...answer, key });
    const now = values(this.form)[key];
    if (answer.is_agreed ?? keys.includes(key)) {
      // The server agreed with the text just sent, or stores it a little tidier.
      const isAsSent = same(now, sent[key]);
      this.take(key, answer);
      if (isAsSent && !same(now, answer.value) && !hasFocus(field)) fill(this.form, key, answer.value);
      else if (isAsSent && !same(now, answer.value)) {
        this.waiting[key] = answer;
        this.shown[key] = sent[key]; // it is saved; how it is written waits until one has left it
      }
      return;
    }
    if (same(now, answer.value)) return this.take(key, answer);
    const isUntouched = same(now, this.shown[key]) || (keys.includes(key) && same(now, sent[key]));
    if (!isUntouched) return; // touched here: the next save will say that both did
    if (hasFocus(field)) this.waiting[key] = answer;
    else this.bring(key, answer);
  }

  take(key, { mark, value }) {
    [this.marks[key], this.shown[key]] = [mark, value];
    delete this.waiting[key];
    delete this.tried[key];
  }

  // Another's text, quietly into a field that nobody here has touched.
  bring(key, answer) {
    this.hasBrought = true;
    this.take(key, answer);
    fill(this.form, key, answer.value);
    const box = boxOf(this.form, key);
    box?.querySelector("[data-brought]")?.remove();
    const words = document.createElement("p");
    words.className = "minor";
    words.dataset.brought = key;
    words.textContent = say("by", { name: answer.by, time: answer.at });
    box?.append(words);
  }

  takeWaiting() {
    for (const [key, answer] of Object.entries(this.waiting)) {
      if (hasFocus(named(this.form, key))) continue;
      delete this.waiting[key];
      if (!same(values(this.form)[key], this.shown[key])) continue;
      if (!answer.is_agreed) this.bring(key, answer);
      else {
        this.take(key, answer);
        fill(this.form, key, answer.value);
      }
    }
  }

  // The parts of the page around the form: sections, who is here, the truth bar.
  frame({ sections = {}, here, bar }) {
    for (const [key, { state, kind }] of Object.entries(sections)) {
      const words = document.querySelector(`nav a[href="#${CSS.escape(key)}"] span`);
      if (words) [words.textContent, words.className] = [state, kind];
    }
    const list = document.querySelector("[data-here]");
    if (list && here) {
      const shown = here.map(({ initials, name }) => {
        const person = Object.assign(document.createElement("li"), { textContent: initials, title: name });
        person.setAttribute("aria-label", name);
        return person;
      });
      list.querySelector("ul").replaceChildren(...shown);
      list.hidden = !here.length;
    }
    if (bar) document.dispatchEvent(new CustomEvent("truth-bar", { detail: bar }));
  }
}

// Where the buttons are, and always in sight.
const atFoot = (notice) => document.querySelector(".form-foot > .page").prepend(notice);

const hasFocus = (fields) => fields.some((field) => field === document.activeElement);

function read(text, otherwise = {}) {
  try {
    return JSON.parse(text || "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}
