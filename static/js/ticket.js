// A form with data-ticket="<token>" and data-ticket-to="<address>" sends its token ahead when it is submitted: the
// server writes the moment down in a lane where nobody waits, and only then comes the submit itself, which may take as
// long as it takes. When the ticket is in, the form's role=status says so. No ticket within four seconds, or none at
// all: the submit goes its plain way, as it does without this module. Whoever sends it from the page
// (static/js/writing/) hears the event `stamped` and prevents that.
const PATIENCE = 4000;

export async function sendAhead(form) {
  const answer = await fetch(form.dataset.ticketTo, {
    method: "POST",
    body: new URLSearchParams({ token: form.dataset.ticket }),
    signal: AbortSignal.timeout(PATIENCE),
    keepalive: true,
  });
  return answer.ok;
}

function watch(form) {
  let isUnderWay = false;
  const status = form.querySelector("[role=status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      if ((await sendAhead(form)) && status) status.hidden = false;
    } catch {
      // no line, or too slow: the plain way
    }
    isUnderWay = form.dispatchEvent(new CustomEvent("stamped", { cancelable: true }));
    if (isUnderWay) form.submit();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // brought back from before: it may be pressed again
    isUnderWay = false;
    if (status) status.hidden = true;
  });
}

for (const form of document.querySelectorAll("form[data-ticket]")) watch(form);
