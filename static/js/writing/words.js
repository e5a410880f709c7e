// What the modules say, in the reader's language: templates/components/writing.html and writing_application.html hold
// it. Times are the device's.
const about = document.getElementById("writing");
const pages = [...document.querySelectorAll("template[data-words]")];

export const person = about?.dataset.person ?? "";

function find(selector) {
  for (const page of pages) {
    const found = page.content.querySelector(selector);
    if (found) return found;
  }
  return null;
}

export function say(name, values = {}) {
  const words = find(`[data-say="${name}"]`)?.textContent.trim().replace(/\s+/g, " ") ?? "";
  return words.replace(/%(\w+)%/g, (all, key) => values[key] ?? all);
}

export function part(name) {
  return find(`[data-part="${name}"]`).firstElementChild.cloneNode(true);
}

export function time(at) {
  const [then, today] = [new Date(at), new Date()];
  const clock = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === today.toDateString()) return clock;
  return `${then.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long" })}, ${clock}`;
}

// For whoever cannot see the page: said once, politely.
let voice;

export function announce(words) {
  if (!voice) {
    voice = document.createElement("p");
    voice.className = "visually-hidden";
    voice.setAttribute("role", "status");
    (document.querySelector(".slipway") ?? document.body).append(voice);
  }
  voice.textContent = voice.textContent === words ? `${words}\u00a0` : words;
}
