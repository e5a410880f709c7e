// Every form in which people write names its object in `data-writing`. This module keeps its words until the server has
// them; templates/components/writing.html holds what it says.
import { WholeForm } from "./form.js";
import { watchSignOut } from "./leaving.js";

for (const form of document.querySelectorAll("form[data-writing]")) new WholeForm(form).watch();
watchSignOut();
