// Keys on a 0–10 scale, only while the focus is in one: 0–9 score and X is ten; up and down go to the scale before and
// after. In the form around them D opens the deck (data-deck) and Ctrl+Enter presses the first button.
const scales = [...document.querySelectorAll("[data-scale]")];
scales.forEach((scale, place) => {
  const focus = (other) => (other?.querySelector("input:checked") ?? other?.querySelector("input"))?.focus();
  scale.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9x]$/i.test(event.key)) {
      const step = scale.querySelector(`input[value="${/x/i.test(event.key) ? 10 : event.key}"]`);
      step.checked = true;
      step.focus();
      step.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      focus(scales[place + (event.key === "ArrowDown" ? 1 : -1)]);
    } else if (/^d$/i.test(event.key)) {
      document.querySelector("[data-deck]")?.click();
    } else return;
    event.preventDefault();
  });
});
scales[0]?.form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.currentTarget.requestSubmit(event.currentTarget.querySelector(".button-primary"));
  }
});
// On the scoring page the keys work at once: the first scale has the focus, and the page stays where it is.
document.querySelector(".scoring [data-scale] input")?.focus({ preventScroll: true });
