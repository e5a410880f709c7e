// The key / leads to the dashboard's search, except where somebody is writing.
const isWritten = (element) => element?.matches?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const field = document.getElementById("dashboard-search");
  if (!field || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.defaultPrevented || isWritten(event.target)) return;
  event.preventDefault();
  field.focus();
  field.select();
});
