// A Submit that found no connection is a wish: it is kept under its key, plainly called not yet received, sent by the
// page that stays open, and offered when the application is next opened. What counts is when it reaches the server. One
// whose ticket went ahead is on record there, and the page only waits for its receipt.
import { ask, BackOff, renewToken } from "./connection.js";
import { get, put, remove } from "./store.js";
import { announce, part, person, say, time } from "./words.js";
import { sendAhead } from "../ticket.js";

export class Wish {
  // `path` is the application's, `form` the one whose person and token are used, `place` puts a notice into the page.
  constructor({ path, form, place }) {
    Object.assign(this, { path, form, place });
    this.person = form.dataset.writer;
    this.id = `${this.person} ${path}`;
    this.backOff = new BackOff();
    window.addEventListener("online", () => this.fields && this.try());
  }

  // Send it; when no answer comes, keep it and go on trying. `fields`: draft_version and idempotency_key.
  async send(fields, isOnRecord = false) {
    if (this.isTrying) return;
    const known = await get("wishes", this.id);
    [this.fields, this.isOnRecord] = [fields, isOnRecord];
    this.at = known?.at ?? Date.now();
    await this.try();
  }

  async try() {
    clearTimeout(this.timer);
    if (this.isTrying || !this.fields) return;
    this.isTrying = true;
    try {
      await this.post();
    } catch {
      await this.hold();
    } finally {
      this.isTrying = false;
    }
  }

  async post(isSecondTry = false) {
    // The moment counts, first of all.
    if (this.isHeld && !this.isOnRecord && this.form.dataset.ticket) this.isOnRecord = await sendAhead(this.form);
    const token = this.form.elements.csrfmiddlewaretoken?.value ?? "";
    const heard = await ask(`${this.path}submit/`, {
      method: "POST",
      body: new URLSearchParams({ csrfmiddlewaretoken: token, ...this.fields }),
      headers: { Accept: "application/json, text/html", "X-Stays": "1" },
    });
    if (heard.is === "old token" && !isSecondTry && (await renewToken(this.form))) return this.post(true);
    if (["away", "signed out", "old token"].includes(heard.is)) return this.hold(heard);
    await remove("wishes", this.id);
    if (heard.told?.url) location.assign(heard.told.url);
    else this.sendAsPage(); // refused, by a page that says why: the same key and content, so the same answer
  }

  async hold({ is, after } = {}) {
    const title = (document.querySelector("h1")?.textContent ?? "").trim().replace(/\s+/g, " ");
    const { id, person, path, fields, at, isOnRecord } = this;
    await put("wishes", { id, person, path, fields, at, isOnRecord, title: say("wish-of", { title }) });
    const words = say(isOnRecord ? "on-record" : "not-received", { time: time(at) });
    const notice = this.show(isOnRecord ? "on-record" : "held");
    notice.querySelector(".title").textContent = words;
    const why = notice.querySelector("[data-why]");
    if (why) why.textContent = say(is === "signed out" ? "held-signed-out" : "held");
    if (this.said !== words) announce(words);
    this.said = words;
    this.isHeld = true;
    this.timer = setTimeout(() => this.try(), this.backOff.next(after));
  }

  // At the next visit: what was asked, and that it never arrived as far as this device knows.
  async offer() {
    const known = await get("wishes", this.id);
    if (!known || this.fields) return;
    if (known.isOnRecord) return remove("wishes", this.id); // the page shows what became of it
    const notice = this.show("offered");
    notice.querySelector(".title").textContent = say("never-received", { time: time(known.at) });
    const link = notice.querySelector("a");
    if (link) link.href = `${this.path}submit/`;
  }

  forget() {
    this.fields = null;
    clearTimeout(this.timer);
    this.notice?.remove();
    this.notice = null;
    return remove("wishes", this.id);
  }

  show(name) {
    if (this.notice?.dataset.wish === name) return this.notice;
    this.notice?.remove();
    this.notice = part(`wish-${name}`);
    this.notice.dataset.wish = name;
    this.notice.querySelector('[data-act="forget"]')?.addEventListener("click", () => this.forget());
    this.place(this.notice);
    return this.notice;
  }

  sendAsPage() {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: `${this.path}submit/`, hidden: true });
    const token = this.form.elements.csrfmiddlewaretoken?.value ?? "";
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, ...this.fields })) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
  }
}

// The page that checks: its one button is sent from the open page. `data-submits` is the application's address.
export function watchSubmit(form) {
  const wish = new Wish({ path: form.dataset.submits, form, place: (notice) => form.before(notice) });
  const send = (event) => {
    event.preventDefault();
    const fields = {
      draft_version: form.elements.draft_version.value,
      idempotency_key: form.elements.idempotency_key.value,
    };
    wish.send(fields, "stamped" in form.dataset);
  };
  form.addEventListener("ticket" in form.dataset ? "stamped" : "submit", send);
  wish.offer();
}

// The same page with nothing left to submit, or a receipt: whatever was asked is in.
export function isIn(path) {
  return remove("wishes", `${person} ${path}`);
}
