// In a form with data-upload="<address>/", a chosen file goes up at once to <address>/<name of the field>/, with its
// progress in words (data-uploading, %n for the percentage); the field then shows what the server says of it. Without
// this module the file goes up with the form.
for (const form of document.querySelectorAll("form[data-upload]"))
  form.addEventListener("change", ({ target }) => {
    if (target.type === "file" && target.files.length) upload(form, target);
  });

function upload(form, input) {
  const field = input.closest(".field");
  const state = document.getElementById(form.dataset.autosaveState);
  const before = state?.textContent;
  const say = (words) => state && (state.textContent = words);
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append(input.name, input.files[0]);
  const request = new XMLHttpRequest(); // fetch tells nothing of an upload's progress
  request.open("POST", `${form.dataset.upload}${input.name}/`);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", ({ loaded, total }) =>
    say(form.dataset.uploading.replace("%n", Math.round((100 * loaded) / total))),
  );
  request.addEventListener("load", () => {
    if (!request.response?.html) return say(form.dataset.autosaveSignedOut);
    const page = new DOMParser().parseFromString(request.response.html, "text/html");
    field.replaceWith(...page.body.children);
    say(request.response.message ?? before);
  });
  request.addEventListener("error", () => say(form.dataset.autosaveOffline));
  request.send(body);
}
