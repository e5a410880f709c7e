// Signing out takes everything of this person off the device. While something is unsent, it asks first and names it.
import { forgetPerson, ofPerson } from "./store.js";
import { part, person, time } from "./words.js";

async function unsent() {
  const [words, wishes] = [await ofPerson("words", person), await ofPerson("wishes", person)];
  return [...words, ...wishes].filter(({ thrown }) => !thrown);
}

async function leave(form) {
  navigator.serviceWorker?.controller?.postMessage({ signedOut: true });
  await forgetPerson(person);
  form.submit();
}

export function watchSignOut() {
  if (!person) return;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!new URL(form.action, location.href).pathname.endsWith("/logout/") || event.defaultPrevented) return;
    event.preventDefault();
    const left = await unsent();
    if (!left.length) return leave(form);
    const dialog = part("sign-out");
    for (const { title, path, at } of left) {
      const line = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: path, textContent: title });
      line.append(link, ` · ${time(at)}`);
      dialog.querySelector("ul").append(line);
    }
    dialog.querySelector('[data-act="stay"]').addEventListener("click", () => dialog.close());
    dialog.querySelector('[data-act="leave"]').addEventListener("click", () => leave(form));
    dialog.addEventListener("close", () => dialog.remove());
    document.querySelector(".slipway").append(dialog);
    dialog.showModal();
  });
}
