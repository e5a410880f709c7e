// The question as founders will see it, drawn by the server of what stands in the form, a moment after the last sign.
// Without this the preview is of what was saved.
const PAUSE = 350;

for (const form of document.querySelectorAll("form[data-preview]")) {
  const shown = document.querySelector("[data-previewed]");
  let waiting, newest = 0;

  const draw = async () => {
    const mine = ++newest;
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (answer?.ok && mine === newest) shown.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, PAUSE);
  });
}
