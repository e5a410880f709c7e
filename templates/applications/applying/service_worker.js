// Without a connection an application's address shows our own page (static/js/writing/offline.js), and nothing else is
// touched: other pages, files and posts go their way as if this were not here. Kept are the parts of that page and, for
// each call, one empty form: no name, no answer, no token, no page that belongs to a person.
const PARTS = {{ parts|safe }};
const KEPT = "slipway-parts-{{ version }}";
const SHELLS = "slipway-shells-{{ version }}";
const PATIENCE = 10000;
const FRESH = 3600 * 1000;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(PARTS)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => clients.claim()));
});

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("slipway-") && ![KEPT, SHELLS].includes(name)) await caches.delete(name);
  }
}

addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(event.data.keep));
  if (event.data.signedOut) event.waitUntil(caches.delete(SHELLS));
});

async function keep(address) {
  const cache = await caches.open(SHELLS);
  const known = await cache.match(address);
  if (known && Date.now() - Date.parse(known.headers.get("Date") ?? 0) < FRESH) return;
  const answer = await fetch(address, { redirect: "error" });
  if (answer.ok && answer.headers.get("X-Empty-Form")) await cache.put(address, answer);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  const [, path] = pathname.match(/^(\/applications\/[^/]+\/)(submit\/|send\/)?$/) ?? [];
  if (request.mode === "navigate" && path) event.respondWith(page(request, path));
  else if (request.method === "GET" && PARTS.includes(pathname)) event.respondWith(part(request));
});

// A post is never cut short: it may have arrived.
async function page(request, path) {
  try {
    return await (request.method === "GET" ? inTime(fetch(request)) : fetch(request));
  } catch (failure) {
    const shell = await shellOf(path);
    if (shell) return shell;
    throw failure;
  }
}

async function part(request) {
  try {
    const answer = await inTime(fetch(request));
    if (answer.ok) await (await caches.open(KEPT)).put(request, answer.clone());
    return answer;
  } catch (failure) {
    const known = await caches.match(request, { ignoreSearch: true });
    if (known) return known;
    throw failure;
  }
}

function inTime(answer) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new TypeError("no answer")), PATIENCE));
  return Promise.race([answer, late]);
}

// Which empty page stands for this address, as the form itself has written down.
async function shellOf(path) {
  const base = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("slipway-writing");
    asked.onupgradeneeded = () => asked.transaction.abort(); // nothing is written down: do not begin a store here
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  if (!base.objectStoreNames.contains("pages")) return null;
  const known = await new Promise((resolve, reject) => {
    const asked = base.transaction("pages").objectStore("pages").get(path);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  base.close();
  return known && (await caches.open(SHELLS)).match(known.shell);
}
