// A form with data-autosave="<address>" saves itself while one writes: its fields, without files, are posted there two
// seconds after the last key. The answer's JSON says what to show ({"message": "Draft saved at 14:32"}) in the element
// whose id is in data-autosave-state. What is not saved yet is also kept in this browser, so that a lost connection, an
// expired sign-in or a closed tab costs no word.
//
// Where several people write in one draft, the form has a hidden field `seen` with a fingerprint of each answer as this
// page knows it. The answer then brings new ones, and `conflicts`: answers that somebody else changed as well.
const PAUSE = 2000;
const RETRY = 10000;

class Draft {
  constructor(form) {
    this.form = form;
    this.state = document.getElementById(form.dataset.autosaveState);
    this.store = `draft:${form.dataset.autosave}`;
    this.saved = values(form);
    this.timer = 0;
    this.running = false;
    this.over = false;
  }

  watch() {
    this.offerUnsaved();
    this.form.addEventListener("input", () => {
      this.keep();
      this.later(PAUSE);
    });
    this.form.addEventListener("submit", () => {
      clearTimeout(this.timer);
      this.over = true;
    });
    window.addEventListener("pageshow", () => (this.over = false));
    window.addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => document.hidden && this.save());
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  changed() {
    const now = values(this.form);
    return Object.keys(now).filter((name) => now[name] !== this.saved[name]);
  }

  async save(secondTry = false) {
    if (this.running || this.over || !this.changed().length) return;
    this.running = true;
    const sent = values(this.form);
    try {
      const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { Accept: "application/json" },
        keepalive: body.toString().length < 60000,
      });
      await this.heed(answer, sent, secondTry);
    } catch {
      this.say(this.form.dataset.autosaveOffline);
      this.later(RETRY);
    } finally {
      this.running = false;
    }
    if (this.again) {
      this.again = false;
      await this.save(true);
    }
  }

  async heed(answer, sent, secondTry) {
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      this.say(this.form.dataset.autosaveSignedOut ?? this.form.dataset.autosaveOffline);
      this.later(RETRY);
      return;
    }
    if (answer.status === 403) {
      // Signed in again in another window: this page's token is an old one.
      if (secondTry || !(await this.renewToken())) return this.say(this.form.dataset.autosaveSignedOut ?? "");
      this.again = true;
      return;
    }
    const told = await answer.json();
    this.say(told.message);
    if (told.closed) this.over = true;
    if (answer.status >= 500) this.later(RETRY);
    if (!answer.ok) return;
    this.saved = sent;
    this.learn(told);
    if (told.bar) document.dispatchEvent(new CustomEvent("truth-bar", { detail: told.bar }));
    const disputed = (told.conflicts ?? []).map(({ key }) => key);
    for (const key of disputed) delete this.saved[key]; // not stored yet: the person has to choose
    this.keep();
    if (this.changed().some((name) => !disputed.includes(name))) this.later(PAUSE);
  }

  // The marks of answers that stand as this page sent them; what others changed keeps the mark of what it shows.
  learn({ draft_version, answers = {}, conflicts = [], sections = {} }) {
    const fields = this.form.elements;
    if (fields.draft_version && draft_version !== undefined) fields.draft_version.value = draft_version;
    if (fields.seen) {
      const seen = JSON.parse(fields.seen.value || "{}");
      for (const [key, answer] of Object.entries(answers)) if (answer.is_agreed) seen[key] = answer.mark;
      fields.seen.value = JSON.stringify(seen);
    }
    for (const conflict of conflicts) this.ask(conflict);
    for (const [key, { state, kind }] of Object.entries(sections)) {
      const words = document.querySelector(`nav a[href="#${key}"] span`);
      if (words) [words.textContent, words.className] = [state, kind];
    }
  }

  ask({ key, theirs, mark }) {
    const input = document.getElementById(`id_${key}`);
    const field = input?.closest(".field, .choice");
    const template = this.form.querySelector("template[data-conflict]");
    if (!field || !template || field.previousElementSibling?.matches("[data-asking]")) return;
    const question = document.createElement("div");
    question.dataset.asking = key;
    question.append(template.content.cloneNode(true));
    question.querySelector("[data-theirs]").textContent = theirs;
    const settle = () => {
      const seen = JSON.parse(this.form.elements.seen.value || "{}");
      seen[key] = mark;
      this.form.elements.seen.value = JSON.stringify(seen);
      question.remove();
      delete this.saved[key];
      this.save();
    };
    question.querySelector('[data-act="mine"]').addEventListener("click", settle);
    const take = question.querySelector('[data-act="theirs"]');
    if (!("value" in input)) take.remove();
    take.addEventListener("click", () => {
      input.value = theirs;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      settle();
    });
    field.before(question);
  }

  async renewToken() {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const token = page.querySelector(`#${this.form.id || "none"} [name="csrfmiddlewaretoken"]`)?.value;
    if (token) this.form.elements.csrfmiddlewaretoken.value = token;
    return Boolean(token);
  }

  say(words) {
    if (words) this.state.textContent = words;
  }

  // What is typed and not saved yet, with what this page knew of those answers.
  keep() {
    const now = values(this.form);
    const words = Object.fromEntries(this.changed().map((name) => [name, now[name]]));
    const seen = this.form.elements.seen?.value;
    try {
      if (Object.keys(words).length) localStorage.setItem(this.store, JSON.stringify({ words, seen }));
      else forget(this.store);
    } catch {
      // A browser without storage or without room: the page itself still holds every word.
    }
  }

  offerUnsaved() {
    const offer = this.form.querySelector("[data-unsaved]");
    const kept = offer && read(this.store);
    if (!kept) return;
    const lost = Object.entries(kept.words).filter(([name, text]) => this.saved[name] !== text);
    if (!lost.length) return forget(this.store);
    offer.hidden = false;
    offer.querySelector('[data-act="discard"]').addEventListener("click", () => {
      forget(this.store);
      offer.hidden = true;
    });
    offer.querySelector('[data-act="restore"]').addEventListener("click", () => {
      const seen = JSON.parse(this.form.elements.seen?.value || "{}");
      const known = JSON.parse(kept.seen || "{}");
      for (const [name, text] of lost) {
        fill(this.form, name, JSON.parse(text));
        seen[name] = known[name] ?? "";
      }
      if (this.form.elements.seen) this.form.elements.seen.value = JSON.stringify(seen);
      offer.hidden = true;
      this.form.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

// Name → the field's values as JSON; ticks and choices that are empty count as such. Hidden fields are not the
// person's.
function values(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || ["hidden", "file", "submit", "button"].includes(field.type)) continue;
    const list = (found[field.name] ??= []);
    if (!["checkbox", "radio"].includes(field.type) || field.checked) list.push(field.value);
  }
  return Object.fromEntries(Object.entries(found).map(([name, list]) => [name, JSON.stringify(list)]));
}

function fill(form, name, list) {
  for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = list.includes(field.value);
    else field.value = list[0] ?? "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function read(store) {
  try {
    return JSON.parse(localStorage.getItem(store));
  } catch {
    return null;
  }
}

function forget(store) {
  try {
    localStorage.removeItem(store);
  } catch {
    // No storage, nothing to forget.
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Draft(form).watch();
