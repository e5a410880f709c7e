// A form that is sent as a whole: a review, a verdict, the log of a session, a letter, an answer to an offer. What is
// typed stays on the device until the server says that it has it; a dead line, an expired sign-in or a closed tab cost
// nothing. A press sends the form from the open page, so that the page is still there when no answer comes.
import { ask, renewToken } from "./connection.js";
import { Kept } from "./kept.js";
import { remove } from "./store.js";
import { announce, say, time } from "./words.js";

export class WholeForm {
  constructor(form) {
    this.form = form;
    this.kept = new Kept(form);
    this.since = null;
    this.used = new Set();
    this.isSending = false;
    this.line = document.createElement("p");
    this.line.className = "saved";
    (form.querySelector(".buttons") ?? form.lastElementChild).before(this.line);
  }

  async watch() {
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("change", () => this.typed());
    this.form.addEventListener("submit", (event) => this.press(event));
    window.addEventListener("pageshow", () => (this.isSending = false));
    if (Object.keys(this.kept.unsent()).length) this.typed(); // the browser has put back what stood here
    await this.kept.offer(() => this.typed());
  }

  typed() {
    const words = this.kept.unsent();
    const isTyped = Object.keys(words).length > 0;
    this.since = isTyped ? (this.since ?? Date.now()) : null;
    this.kept.keep(words);
    this.tell(isTyped ? say("kept-unsent", { time: time(this.kept.at) }) : "");
  }

  tell(words, isNews = false) {
    this.line.textContent = words;
    if (isNews && words) announce(words);
  }

  async press(event) {
    if (event.defaultPrevented || this.isNative || this.form.querySelector('[type="file"]')) return;
    event.preventDefault();
    if (this.isSending) return;
    this.isSending = true;
    this.tell(say("sending"));
    try {
      await this.send(event.submitter);
    } catch {
      this.fail("no-answer");
    }
  }

  fail(reason) {
    this.isSending = false;
    this.tell(say(reason, { time: time(this.kept.at ?? Date.now()) }), true);
  }

  async send(submitter, isSecondTry = false) {
    await this.kept.keep(this.kept.unsent());
    const heard = await ask(this.form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(this.form, submitter)),
      headers: { Accept: "application/json, text/html", "X-Stays": "1" },
    });
    if (heard.is === "signed out") return this.fail("signed-out-kept");
    if (heard.is === "old token" && !isSecondTry && (await renewToken(this.form))) {
      return this.send(submitter, true);
    }
    if (heard.is === "old token") return this.fail("signed-out-kept");
    if (heard.is === "away") return this.fail("busy-kept");
    if (heard.is === "fine" && heard.told?.url) return this.leave(heard.told.url);
    return this.sendAsPage(submitter);
  }

  async leave(url) {
    await remove("words", this.kept.id);
    const there = new URL(url, location.href);
    const isHere = there.pathname + there.search === location.pathname + location.search;
    location.assign(there);
    if (isHere && there.hash) location.reload();
  }

  // The server has something to say about the form and stored nothing: let it say so as the page it made.
  sendAsPage(submitter) {
    this.isNative = true;
    this.form.requestSubmit(submitter);
  }
}
