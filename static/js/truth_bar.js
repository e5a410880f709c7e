// The truth bar: what is in, what is not in it, and how long there is. The server's clock counts, whatever the device's
// says. At the deadline the bar turns by itself, with or without a connection, and then asks the server, for the
// deadline may have been moved. A page that comes back (Back, another tab, a phone that slept) asks as well; one that
// shows more of the application than the bar (data-truth-page on its main part) is loaded anew when that has changed.
//
// Whoever has a newer bar, such as the answer to a save, hands it over:
//   document.dispatchEvent(new CustomEvent("truth-bar", { detail: html }))
const RUNS_WITHIN = 48 * 3600_000; // with more time than this, "in 3 days" says it
const ASKS_WITHIN = 6 * 3600_000; // the last hours: a co-founder submits, a deadline is moved
const ASKS_EVERY = 60_000;
const PATIENCE = 10_000;

const offsets = new WeakMap(); // bar → server's clock minus the device's, in milliseconds
const turned = new WeakSet(); // bars whose deadline has come while they stood here

const bars = () => document.querySelectorAll("[data-truth-bar]");
const isForm = (bar) => bar.dataset.truthBar.includes("place=form");

// When the page left the server, by the device's clock: its first byte.
function pageCame() {
  const [way] = performance.getEntriesByType("navigation");
  return performance.timeOrigin + (way?.responseStart ?? 0);
}

function know(bar, came) {
  offsets.set(bar, Number(bar.dataset.now) * 1000 - came);
}

function serverNow(bar) {
  if (!offsets.has(bar)) know(bar, Date.now()); // put here by another module, just now
  return Date.now() + offsets.get(bar);
}

function left(bar) {
  return bar.dataset.closesAt ? Number(bar.dataset.closesAt) * 1000 - serverNow(bar) : Infinity;
}

function clock(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":");
}

function tick() {
  for (const bar of bars()) {
    const remaining = left(bar);
    const words = bar.querySelector("[data-countdown]");
    if (remaining <= 0) turn(bar);
    else if (words && remaining < RUNS_WITHIN) {
      words.textContent = words.dataset.countdown.replace("%t", clock(remaining));
    }
  }
}

function turn(bar) {
  if (turned.has(bar)) return;
  turned.add(bar);
  for (const part of bar.querySelectorAll("[data-while-open]")) part.hidden = true;
  for (const part of bar.querySelectorAll("[data-after-close]")) part.hidden = false;
  delete bar.dataset.closesAt;
  // Thousands of pages turn in the same instant; they ask over the next seconds.
  setTimeout(() => renew(bar), 1000 + 4000 * Math.random());
}

async function renew(bar) {
  if (bar.isAsking) return;
  bar.isAsking = true;
  try {
    const answer = await fetch(bar.dataset.truthBar, {
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const came = Date.now();
    if (answer.ok) show(await answer.text(), came, bar);
  } catch {
    // No line: the clock runs on by itself, and the next time asks again.
  } finally {
    bar.isAsking = false;
    bar.asked = Date.now();
  }
}

// What somebody is pressing, or has pressed, is not taken from under the finger.
const isInUse = (bar) => bar.matches(":active") || bar.querySelector("[aria-busy=true]");

function show(html, came = Date.now(), bar = document.getElementById("truth-bar")) {
  if (bar && isInUse(bar)) {
    setTimeout(() => show(html, came, bar), 500);
    return;
  }
  const found = document.createElement("template");
  found.innerHTML = html;
  const next = found.content.querySelector("[data-truth-bar]");
  if (!next || !bar?.isConnected) return;
  const isNews = next.dataset.stamp !== bar.dataset.stamp;
  offsets.set(bar, Number(next.dataset.now) * 1000 - came);
  if (isNews || turned.has(bar)) {
    turned.delete(bar);
    for (const name of ["stamp", "closesAt"]) {
      if (next.dataset[name] === undefined) delete bar.dataset[name];
      else bar.dataset[name] = next.dataset[name];
    }
    bar.className = next.className;
    bar.replaceChildren(...next.childNodes);
    if (isNews) announce(bar);
    if (isNews && !isForm(bar) && document.querySelector("[data-truth-page]")) location.reload();
  } else if (next.dataset.closesAt && next.dataset.closesAt !== bar.dataset.closesAt) {
    bar.dataset.closesAt = next.dataset.closesAt;
  }
  tick();
}

// Said once when it changes, without the running clock.
function announce(bar) {
  const words = bar.querySelector("[data-part=words]")?.innerText;
  let voice = document.getElementById("truth-said");
  if (!voice) {
    voice = Object.assign(document.createElement("p"), { id: "truth-said", className: "visually-hidden" });
    voice.setAttribute("role", "status");
    document.body.append(voice);
  }
  voice.textContent = words ?? "";
}

function renewAll(atMostEvery = 5000) {
  for (const bar of bars()) {
    if (Date.now() - (bar.asked ?? 0) > atMostEvery) renew(bar);
  }
}

document.addEventListener("truth-bar", (event) => show(event.detail));
addEventListener("pageshow", (event) => event.persisted && renewAll(0));
addEventListener("online", () => renewAll());
document.addEventListener("visibilitychange", () => document.hidden || renewAll());
for (const bar of bars()) know(bar, pageCame());
setInterval(tick, 250);
setInterval(() => {
  if (document.hidden) return;
  // The form hears of everything by itself, with its saves and polls.
  for (const bar of bars()) if (!isForm(bar) && left(bar) < ASKS_WITHIN) renew(bar);
}, ASKS_EVERY);
tick();
