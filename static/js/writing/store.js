// What people typed and the server does not have yet, in this browser's IndexedDB: under the person and the object it
// belongs to, and nowhere else. Three drawers:
//   words    {id, person, object, title, path, words, seen, tried, at, thrown}   fields that were typed, by name
//   wishes   {id, person, path, kind, fields, at}                         a Check or a Submit that found no connection
//   pages    {id: path, person, object, shell, marks, kinds}              which empty page stands in for which address
// The service worker reads the same drawers. A browser without IndexedDB keeps them as long as the page lives.
const NAME = "slipway-writing";
const DRAWERS = ["words", "wishes", "pages"];

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.addEventListener("upgradeneeded", () => {
      for (const drawer of DRAWERS) {
        asked.result.createObjectStore(drawer, { keyPath: "id" }).createIndex("person", "person");
      }
    });
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => reject(asked.error));
    asked.addEventListener("blocked", () => reject(new Error("another page holds an older store open")));
  }).catch(() => null);
  return opened;
}

const memory = Object.fromEntries(DRAWERS.map((drawer) => [drawer, new Map()]));

async function ask(drawer, mode, act) {
  const base = await open();
  if (!base) return undefined;
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(drawer, mode);
    const asked = act(transaction.objectStore(drawer));
    transaction.addEventListener("complete", () => resolve(asked?.result));
    transaction.addEventListener("abort", () => reject(transaction.error));
  }).catch(() => undefined); // no room, or the browser forgot us: the page itself still holds every word
}

export async function put(drawer, record) {
  memory[drawer].set(record.id, record);
  await ask(drawer, "readwrite", (store) => store.put(record));
}

export async function get(drawer, id) {
  return (await ask(drawer, "readonly", (store) => store.get(id))) ?? memory[drawer].get(id);
}

export async function remove(drawer, id) {
  memory[drawer].delete(id);
  await ask(drawer, "readwrite", (store) => store.delete(id));
}

export async function ofPerson(drawer, person) {
  const found = await ask(drawer, "readonly", (store) => store.index("person").getAll(person));
  return found ?? [...memory[drawer].values()].filter((record) => record.person === person);
}

export async function everything(drawer) {
  return (await ask(drawer, "readonly", (store) => store.getAll())) ?? [...memory[drawer].values()];
}

// At sign-out: nothing of this person stays on the device.
export async function forgetPerson(person) {
  for (const drawer of DRAWERS) {
    for (const { id } of await ofPerson(drawer, person)) await remove(drawer, id);
  }
}
