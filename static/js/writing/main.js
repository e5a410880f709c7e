// Every form in which people write names its object in `data-writing`. These modules keep its words until the server
// has them; templates/components/writing.html holds what they say. An application saves itself, others are sent whole.
import { ApplicationForm } from "./application.js";
import { WholeForm } from "./form.js";
import { watchKeyboard } from "./keyboard.js";
import { watchSignOut } from "./leaving.js";
import { isIn, watchSubmit } from "./wishes.js";

for (const form of document.querySelectorAll("form[data-writing]")) {
  const page = "line" in form.dataset ? new ApplicationForm(form) : new WholeForm(form);
  page.watch();
}
for (const form of document.querySelectorAll("form[data-submits]")) watchSubmit(form);
for (const { dataset } of document.querySelectorAll("[data-is-in]")) isIn(dataset.isIn);
watchSignOut();
watchKeyboard();
