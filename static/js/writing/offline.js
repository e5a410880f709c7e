// Without a connection an application's address shows our own empty page of its call, never the browser's: /sw.js keeps
// that page, and this device the marks of the saved answers (not their words), so that one can go on writing.
import { put } from "./store.js";

// While the form stands here: which page would stand in for it.
export async function standIn(page) {
  const shell = page.form.dataset.shell;
  if (!shell || !navigator.serviceWorker) return;
  await remember(page);
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ keep: shell });
  } catch {
    // A browser that keeps no pages: the open one still keeps every word.
  }
}

export function remember({ path, form, marks, version }) {
  const { writer, writing, shell } = form.dataset;
  if (!shell) return Promise.resolve();
  return put("pages", { id: path, person: writer, object: writing, shell, marks, version });
}
