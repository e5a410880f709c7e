// A form with data-ticket="<token>" and data-ticket-to="<address>" sends its token ahead when it is submitted: the
// server writes the moment down in a lane where nobody waits, and only then comes the submit itself, which may take as
// long as it takes. When the ticket is in, the form's role=status says so. No ticket within four seconds, or none at
// all: the submit goes its plain way, as it does without this module. Whoever sends it from the page
// (static/js/writing/) hears the event `stamped` and prevents that; data-stamped then says whether the ticket is in.
const PATIENCE = 4000;

// `one`: whatever bears the token and its address.
export async function sendAhead(one) {
  const answer = await fetch(one.dataset.ticketTo, {
    method: "POST",
    body: new URLSearchParams({ token: one.dataset.ticket }),
    signal: AbortSignal.timeout(PATIENCE),
    keepalive: true,
  });
  return answer.ok;
}

const isUnderWay = (form) => form.getAttribute("aria-busy") === "true";
const status = (form) => form.querySelector("[role=status]");

// Heard at the document, for a truth bar brings its form anew.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("ticket" in form.dataset)) return;
  event.preventDefault();
  if (isUnderWay(form)) return;
  form.setAttribute("aria-busy", "true");
  try {
    if (await sendAhead(form)) form.dataset.stamped = "";
    if ("stamped" in form.dataset && status(form)) status(form).hidden = false;
  } catch {
    // no line, or too slow: the plain way
  }
  if (form.dispatchEvent(new CustomEvent("stamped", { cancelable: true }))) form.submit();
  else form.removeAttribute("aria-busy");
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return; // brought back from before: it may be pressed again
  for (const form of document.querySelectorAll("form[data-ticket]")) {
    form.removeAttribute("aria-busy");
    if (status(form)) status(form).hidden = true;
  }
});
