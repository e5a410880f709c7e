// Requests of a page that saves: each ends after ten seconds, whatever the line does.
const PATIENCE = 10_000;
const LONGEST_PAUSE = 30_000;

export async function ask(address, options = {}) {
  const { patience = PATIENCE, ...rest } = options;
  const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(patience), ...rest });
  if (answer.type === "opaqueredirect" || answer.status === 401) return { is: "signed out" };
  if (answer.status === 403) return { is: "old token", answer };
  const told = await json(answer);
  const after = Number(answer.headers.get("Retry-After")) * 1000;
  if (answer.status >= 500) return { is: "away", told, after };
  return { is: answer.ok ? "fine" : "refused", told, status: answer.status, answer };
}

async function json(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) return null;
  return answer.json(); // raises when the line breaks in the middle of it: that is no answer
}

// Pauses between tries: 2, 4, 8 … 30 seconds, each a little different, so that a hall full of phones does not come
// back in one instant.
export class BackOff {
  constructor() {
    this.tries = 0;
  }

  next(atLeast = 0) {
    const pause = Math.min(LONGEST_PAUSE, 2000 * 2 ** this.tries++);
    return Math.max(atLeast || 0, pause * (0.8 + 0.4 * Math.random()));
  }

  reset() {
    this.tries = 0;
  }
}

// Signed in again in another window: this page's token is an old one.
export async function renewToken(form) {
  const told = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
  if (!told.ok || new URL(told.url).pathname !== location.pathname) return false;
  const page = new DOMParser().parseFromString(await told.text(), "text/html");
  const whose = page.getElementById("writing")?.dataset.person; // somebody else may have signed in meanwhile
  const token = page.querySelector('[name="csrfmiddlewaretoken"]')?.value;
  if (!token || whose !== (form.dataset.writer ?? whose)) return false;
  for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = token;
  return Boolean(form.elements.csrfmiddlewaretoken);
}
