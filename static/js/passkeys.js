// Says on the page that a passkey did not work; allauth's module only tells the console.
document.addEventListener("allauth.error", (event) => {
  const problem = document.getElementById("passkey_problem");
  if (!problem) return;
  event.preventDefault();
  problem.hidden = false;
  problem.scrollIntoView({ block: "nearest" });
});
