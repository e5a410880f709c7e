// Screening by keys, outside of fields that one types into: A ticks all checks, chooses "eligible" and goes to the
// button, so that A and Enter are an application; N leaves it for later (data-skip); D opens the deck (data-deck).
const form = document.querySelector("form[data-screening]");
const isTyping = (element) => element.matches("textarea, select, input:not([type=checkbox], [type=radio])");
document.addEventListener("keydown", (event) => {
  if (!form || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (/^a$/i.test(event.key)) {
    for (const check of form.querySelectorAll('input[name="checks"]')) check.checked = true;
    const eligible = form.querySelector('input[name="verdict"][value="eligible"]');
    eligible.checked = true;
    eligible.dispatchEvent(new Event("input", { bubbles: true }));
    form.querySelector(".button-primary").focus();
  } else if (/^n$/i.test(event.key)) {
    document.querySelector("[data-skip]")?.click();
  } else if (/^d$/i.test(event.key)) {
    document.querySelector("[data-deck]")?.click();
  } else return;
  event.preventDefault();
});
