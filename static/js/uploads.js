// In a form with data-upload="<address>/" a chosen file goes up at once to <address>/<name of the field>/. Each has a
// line of its own under the field: how far it is, what went wrong, that it is tried again. A file that is too big is
// said so before anything is sent (data-max-bytes); a line that was away is waited for; leaving meanwhile asks. Without
// this module the file goes up with the form.
import { BackOff, renewToken } from "./writing/connection.js";
import { announce, part, say } from "./writing/words.js";

const SILENCE = 30_000; // without a byte gone up, a try is given up
const running = new Set();

window.addEventListener("beforeunload", (event) => {
  if (running.size) event.preventDefault();
});

// When no file is on its way any more: whether all are in.
export async function settled() {
  const ends = await Promise.all([...running].map((upload) => upload.end));
  return ends.every(Boolean);
}

for (const form of document.querySelectorAll("form[data-upload]"))
  form.addEventListener("change", ({ target }) => {
    if (target.type === "file" && target.files.length) new Upload(form, target).begin();
  });

class Upload {
  constructor(form, input) {
    [this.form, this.input, this.file] = [form, input, input.files[0]];
    this.field = input.closest(".field");
    this.backOff = new BackOff();
    this.end = new Promise((resolve) => (this.finish = resolve));
    for (const other of running) if (other.input.name === input.name) other.stop(); // another file instead
    this.field.querySelector("[data-upload-state]")?.remove();
    this.state = part("upload");
    [this.words, this.bar] = this.state.children;
    this.bar.setAttribute("aria-label", this.file.name);
    this.field.append(this.state);
  }

  begin() {
    const most = Number(this.input.dataset.maxBytes);
    if (most && this.file.size > most) {
      this.tell("too-big", { why: this.input.dataset.tooLarge }, true);
      this.input.value = "";
      return this.finish(false);
    }
    running.add(this);
    this.heard = () => this.timer && this.tryNow();
    window.addEventListener("online", this.heard);
    this.send();
  }

  tell(name, values = {}, isNews = false) {
    this.words.textContent = say(`upload-${name}`, { name: this.file.name, ...values });
    this.state.dataset.uploadState = name;
    if (isNews) announce(this.words.textContent);
  }

  stop(isIn = false) {
    running.delete(this);
    this.isOver = true;
    clearTimeout(this.timer);
    window.removeEventListener("online", this.heard);
    if (!isIn) this.request?.abort();
    this.finish(isIn);
  }

  tryNow() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.send();
  }

  tryLater(reason) {
    if (this.isOver || this.timer) return;
    this.bar.hidden = true;
    this.tell(reason, {}, this.state.dataset.uploadState !== reason);
    this.timer = setTimeout(() => this.tryNow(), this.backOff.next());
  }

  send() {
    const request = (this.request = new XMLHttpRequest()); // fetch tells nothing of an upload's progress
    const body = new FormData();
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken?.value ?? "");
    body.append(this.input.name, this.file);
    request.open("POST", `${this.form.dataset.upload}${this.input.name}/`);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    this.watchSilence();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      this.watchSilence();
      this.bar.hidden = false;
      this.bar.value = (100 * loaded) / total;
      this.tell(loaded < total ? "going" : "checking", { n: Math.round((100 * loaded) / total) });
    });
    request.addEventListener("load", () => this.heed(request));
    for (const end of ["error", "abort"]) {
      request.addEventListener(end, () => {
        clearTimeout(this.silence);
        this.tryLater("waiting");
      });
    }
    this.tell("going", { n: 0 });
    request.send(body);
  }

  watchSilence() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.request.abort(), SILENCE);
  }

  async heed(request) {
    clearTimeout(this.silence);
    if (this.isOver) return;
    if (request.status === 403 && !this.isRenewed) {
      this.isRenewed = true;
      if (await renewToken(this.form).catch(() => false)) return this.send();
    }
    if (request.status === 507 || (request.status === 503 && request.response?.html)) {
      return this.tryLater("away"); // our storage is away or full
    }
    if (request.status >= 500) return this.tryLater("waiting");
    const { html } = request.response ?? {};
    if (!html) return this.tryLater("signed-out");
    this.stop(request.status === 200);
    const page = new DOMParser().parseFromString(html, "text/html");
    const [field, ...others] = page.body.children;
    this.field.replaceWith(document.adoptNode(field), ...others);
    announce(field.querySelector(".field-errors")?.textContent.trim() ?? say("upload-in", { name: this.file.name }));
    this.form.dispatchEvent(new CustomEvent("uploaded", { detail: { isIn: request.status === 200 } }));
  }
}
