// The files of an open application: what a co-founder has put up meanwhile takes the place of what stands here, marked
// with their name and the time. A field whose own file is on its way, or that has the focus, waits for the next answer.
import { ask } from "./connection.js";
import { say } from "./words.js";

export class Files {
  constructor(form) {
    this.form = form;
    this.asked = new Set();
  }

  // `files` names, by question, the one that is there now. Whether another one than this page shows is among them.
  learn(files) {
    const others = [...this.form.querySelectorAll(".field-file")]
      .map((box) => ({ box, key: box.querySelector('[type="file"]')?.name }))
      .filter(({ box, key }) => key && (files[key] ?? "") !== (box.dataset.file ?? "") && !isInUse(box));
    for (const { box, key } of others) this.bring(box, key).catch(() => {}); // the next answer names it again
    return others.length > 0;
  }

  async bring(box, key) {
    if (this.asked.has(key)) return;
    this.asked.add(key);
    try {
      const heard = await ask(`${this.form.dataset.upload}${key}/`, { headers: { Accept: "application/json" } });
      if (heard.is !== "fine" || !heard.told?.html || !box.isConnected || isInUse(box)) return;
      const page = new DOMParser().parseFromString(heard.told.html, "text/html");
      const field = document.adoptNode(page.body.firstElementChild);
      if (heard.told.by) field.append(mark(key, heard.told));
      box.replaceWith(field);
    } finally {
      this.asked.delete(key);
    }
  }
}

const isInUse = (box) => box.contains(document.activeElement) || box.querySelector("[data-upload-state]") !== null;

function mark(key, { by, at }) {
  const words = document.createElement("p");
  words.className = "minor";
  words.dataset.brought = key;
  words.textContent = say("by", { name: by, time: at });
  return words;
}
