// Checks receipts in the browser alone: nothing is uploaded. What is fetched is public: the keys that sign receipts,
// and the lists of the call that a receipt names. The words stand in <template data-say="…">; % marks what is put in.
// static/verify_receipt.py does the same offline; whoever changes one changes the other.
const place = document.querySelector("[data-check-receipt]");
const RIGHT = "right", WRONG = "wrong", UNKNOWN = "unknown";

// --- JSON as its writer wrote it: numbers keep their spelling, and a name that stands twice is refused ---------------
class Literal {
  constructor(raw) {
    this.raw = raw;
  }
}

function parse(text) {
  const kinds = [/[{}[\]:,]/, /"(?:[^"\\\u0000-\u001f]|\\.)*"/, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/];
  const token = new RegExp(`\\s*(?:${kinds.map((kind) => `(${kind.source})`).join("|")})`, "y");
  const next = () => {
    const found = token.exec(text);
    if (!found) throw new SyntaxError("no JSON");
    return found[1] ?? (found[2] !== undefined ? { string: JSON.parse(found[2]) } : new Literal(found[3]));
  };
  const listed = (end, one) => {
    let sign = next();
    while (sign !== end) {
      one(sign);
      sign = next();
      if (sign === ",") {
        sign = next();
        if (sign === end) throw new SyntaxError("a comma too many");
      } else if (sign !== end) throw new SyntaxError("no comma");
    }
  };
  const value = (sign) => {
    if (sign instanceof Literal) return sign;
    if (sign?.string !== undefined) return sign.string;
    if (sign === "[") {
      const found = [];
      listed("]", (first) => found.push(value(first)));
      return found;
    }
    if (sign !== "{") throw new SyntaxError("no value");
    const found = new Map();
    listed("}", (name) => {
      if (name?.string === undefined || next() !== ":") throw new SyntaxError("no name");
      if (found.has(name.string)) throw new SyntaxError("a name twice");
      found.set(name.string, value(next()));
    });
    return found;
  };
  const found = value(next());
  if (text.slice(token.lastIndex).trim()) throw new SyntaxError("something after its end");
  return found;
}

// Sorted by code points, as Python does; a plain sort() would go by halves of them.
function byCodePoints(one, other) {
  const [a, b] = [[...one], [...other]];
  for (let i = 0; i < Math.min(a.length, b.length); i++)
    if (a[i] !== b[i]) return a[i].codePointAt(0) - b[i].codePointAt(0);
  return a.length - b.length;
}

function canonical(tree) {
  if (tree instanceof Literal) return tree.raw;
  if (typeof tree === "string") return JSON.stringify(tree);
  if (Array.isArray(tree)) return `[${tree.map(canonical).join(",")}]`;
  const names = [...tree.keys()].sort(byCodePoints);
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(tree.get(name))}`).join(",")}}`;
}

const bytes = (text) => new TextEncoder().encode(text);
const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const plain = (value) => (value instanceof Literal ? JSON.parse(value.raw) : value);

async function sha256(data) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- Words ----------------------------------------------------------------------------------------------------------
function words(name, filled = {}) {
  const text = place.querySelector(`template[data-say="${name}"]`).content.textContent.replace(/\s+/g, " ").trim();
  return Object.entries(filled).reduce((so_far, [mark, value]) => so_far.replaceAll(`%${mark}`, () => value), text);
}

class Verdict {
  lines = [];
  isProven = false;
  say(mark, name, filled) {
    this.lines.push({ mark, text: words(name, filled) });
    return mark;
  }
  get kind() {
    if (this.lines.some((line) => line.mark === WRONG)) return "bad";
    return this.isProven ? "good" : "soon";
  }
}

function show(title, about, verdict) {
  const box = place.querySelector(`template[data-result="${verdict.kind}"]`).content.cloneNode(true);
  box.querySelector("[data-file]").textContent = title;
  box.querySelector("[data-about]").textContent = about;
  const list = box.querySelector("ul");
  for (const { mark, text } of verdict.lines) {
    const line = document.createElement("li");
    line.dataset.mark = mark;
    line.textContent = text;
    list.append(line);
  }
  place.querySelector("[data-results]").append(box);
}

// --- What is public -------------------------------------------------------------------------------------------------
let keysPromise;

async function fetched(path) {
  const answer = await fetch(path, { credentials: "omit" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(answer.status);
  return answer.text();
}

async function keys() {
  keysPromise ??= fetched(place.dataset.keys).then(
    (text) => new Map(JSON.parse(text).keys.map((key) => [key.name, key.public])),
  );
  try {
    return await keysPromise;
  } catch (error) {
    keysPromise = undefined;
    throw error;
  }
}

async function checkSignature(content, signature, verdict) {
  const name = signature instanceof Map && signature.get("algorithm") === "Ed25519" ? signature.get("key") : null;
  if (typeof name !== "string") return verdict.say(WRONG, "unsigned");
  let known;
  try {
    known = await keys();
  } catch {
    return verdict.say(UNKNOWN, "no-keys");
  }
  if (!known.has(name)) return verdict.say(WRONG, "strange-key", { key: name });
  let key;
  try {
    key = await crypto.subtle.importKey("raw", fromBase64(known.get(name)), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return verdict.say(UNKNOWN, "old-browser");
  }
  let isRight = false;
  try {
    isRight = await crypto.subtle.verify({ name: "Ed25519" }, key, fromBase64(signature.get("value")), content);
  } catch {
    // what is no signature at all is not ours either
  }
  return isRight ? verdict.say(RIGHT, "signed", { year: plain(signature.get("year")) }) : verdict.say(WRONG, "forged");
}

// --- The list of the call -------------------------------------------------------------------------------------------
async function checkList(receipt, verdict) {
  const call = receipt.content.get("call");
  if (!/^[-\w]+\/[-\w]+$/.test(call)) return verdict.say(WRONG, "no-call");
  let index, lists;
  try {
    const text = await fetched(`${place.dataset.lists}${call}/`);
    if (text === null) return verdict.say(WRONG, "no-call");
    index = JSON.parse(text).lists;
    if (!index.length) return verdict.say(UNKNOWN, "no-list");
    lists = await Promise.all(index.map(async ({ url }) => parse(await fetched(url))));
  } catch {
    return verdict.say(UNKNOWN, "list-away");
  }
  const newest = lists.at(-1);
  if (!(await isSealed(newest, verdict))) return WRONG;
  const filled = { list: String(index.length), when: index.at(-1).sealed_on };
  const entry = entryIn(newest, receipt);
  if (entry && isThis(entry, receipt)) {
    verdict.isProven = true;
    return verdict.say(RIGHT, "listed", filled);
  }
  const version = entry && plain(entry.get("version"));
  if (version === receipt.version) return verdict.say(WRONG, "listed-otherwise", filled);
  const earlier = lists.slice(0, -1).findLastIndex((list) => {
    const found = entryIn(list, receipt);
    return found && isThis(found, receipt);
  });
  if (earlier >= 0) return verdict.say(UNKNOWN, "listed-before", { ...filled, earlier: String(earlier + 1) });
  if (!entry) return verdict.say(UNKNOWN, "not-listed", filled);
  return version > receipt.version
    ? verdict.say(UNKNOWN, "later-listed", { ...filled, version: String(version) })
    : verdict.say(WRONG, "listed-otherwise", filled);
}

async function isSealed(list, verdict) {
  const sealed = list.get("sealed");
  const listed = new Map([["call", sealed.get("call")], ["submissions", list.get("submissions")]]);
  if ((await sha256(bytes(canonical(listed)))) !== sealed.get("seal")) {
    verdict.say(WRONG, "seal-broken");
    return false;
  }
  const inner = new Verdict();
  if ((await checkSignature(bytes(canonical(sealed)), list.get("signature"), inner)) !== WRONG) return true;
  verdict.say(WRONG, "seal-broken");
  return false;
}

const entryIn = (list, receipt) =>
  list.get("submissions").find((entry) => entry.get("application") === receipt.content.get("application"));
const isThis = (entry, receipt) =>
  plain(entry.get("version")) === receipt.version && entry.get("hash") === receipt.hash;

// --- A receipt, in every format that was given out ------------------------------------------------------------------
const NEEDED = ["application", "version", "call", "received_at", "previous_hash", "files"];

async function read(file) {
  const data = new Uint8Array(await file.arrayBuffer());
  let tree;
  try {
    tree = parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
  } catch {
    return { file, data, hash: await sha256(data), isJson: false };
  }
  const format = tree instanceof Map ? plain(tree.get("format")) : null;
  const content = format === 2 ? tree.get("content") : tree;
  const isReceipt = content instanceof Map && NEEDED.every((name) => content.has(name));
  if (!isReceipt || ![1, 2].includes(format)) return { file, data, hash: await sha256(data), isJson: true };
  const text = canonical(content);
  return {
    file, data, tree, content, format, text, isReceipt: true,
    hash: await sha256(bytes(text)), version: plain(content.get("version")),
  };
}

async function check(receipt, all) {
  const verdict = new Verdict();
  if (receipt.format === 2) {
    if (receipt.tree.get("sha256") !== receipt.hash) verdict.say(WRONG, "altered");
    const signature = await checkSignature(bytes(receipt.text), receipt.tree.get("signature"), verdict);
    verdict.isProven = signature === RIGHT;
  } else {
    if (new TextDecoder().decode(receipt.data) !== receipt.text) verdict.say(WRONG, "altered");
    verdict.say(UNKNOWN, "format-1");
  }
  await checkList(receipt, verdict);
  const before = all.find(
    (one) =>
      one.isReceipt &&
      one.version === receipt.version - 1 &&
      one.content.get("application") === receipt.content.get("application"),
  );
  if (before) {
    const follows = receipt.content.get("previous_hash") === before.hash;
    verdict.say(follows ? RIGHT : WRONG, follows ? "follows" : "follows-not", { version: String(before.version) });
  }
  for (const other of all.filter((one) => !one.isReceipt)) {
    const same = receipt.content.get("files").find((one) => one.get("sha256") === other.hash);
    if (same) verdict.say(RIGHT, "file", { name: other.file.name });
  }
  const about = words("about", {
    version: String(receipt.version), application: receipt.content.get("application"),
    call: receipt.content.get("call"), when: receipt.content.get("received_at"), hash: receipt.hash,
  });
  show(receipt.file.name, about, verdict);
}

async function checkAll(files) {
  const results = place.querySelector("[data-results]");
  results.replaceChildren();
  results.setAttribute("aria-busy", "true"); // read out when all is there
  const all = await Promise.all([...files].map(read));
  const receipts = all.filter((one) => one.isReceipt);
  for (const receipt of receipts) await check(receipt, all);
  for (const other of all.filter((one) => !one.isReceipt)) {
    const isOther = (file) => file.get("sha256") === other.hash;
    const isNamed = receipts.some((one) => one.content.get("files").some(isOther));
    if (isNamed) continue;
    const verdict = new Verdict();
    verdict.say(WRONG, receipts.length && !other.isJson ? "no-file" : "no-receipt");
    show(other.file.name, "", verdict);
  }
  results.setAttribute("aria-busy", "false");
  results.scrollIntoView({ block: "nearest" });
}

if (place && globalThis.crypto?.subtle) {
  place.hidden = false;
  document.querySelector("[data-without-script]").hidden = true;
  const input = place.querySelector("input[type=file]");
  input.addEventListener("change", () => checkAll(input.files));
  const zone = place.querySelector("[data-drop]");
  const mark = (isOver) => zone.toggleAttribute("data-over", isOver);
  for (const kind of ["dragenter", "dragover"])
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      mark(true);
    });
  zone.addEventListener("dragleave", () => mark(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (event.dataTransfer.files.length) checkAll(event.dataTransfer.files);
  });
}
