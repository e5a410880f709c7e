// A form with data-autosave="<address>" saves itself while one writes: its fields, without files, are posted there two
// seconds after the last key. The answer's JSON {"message": "Draft saved at 14:32"} is shown in the element whose id is
// in data-autosave-state. Without a connection the words say so, and the next key tries again.
export function saveDrafts(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) watch(form);
}

function watch(form) {
  const state = document.getElementById(form.dataset.autosaveState);
  let timer = 0;
  let saved = text(form);

  const save = async () => {
    const now = text(form);
    if (now === saved) return;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new URLSearchParams(now),
        headers: { Accept: "application/json" },
        keepalive: now.length < 60000,
      });
      const { message } = await answer.json();
      if (answer.ok) saved = now;
      state.textContent = message;
    } catch {
      state.textContent = form.dataset.autosaveOffline;
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => document.hidden && save());
}

function text(form) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(fields).toString();
}
