// On a calendar page keys press its links: arrows or j and k from one period to the next, t for today, m, w and a for
// how it is shown. Nothing while somebody types or chooses, or holds a key that is the browser's own.
const WAYS = {
  ArrowLeft: "earlier",
  k: "earlier",
  ArrowRight: "later",
  j: "later",
  t: "today",
  m: "month",
  w: "week",
  a: "agenda",
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  if (event.key.startsWith("Arrow") && event.target.closest(".table-frame")) return; // which scrolls by them
  document.querySelector(`[data-key="${WAYS[event.key]}"]`)?.click();
});
