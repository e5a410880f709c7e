// On every page: counters beside texts, drafts that save themselves, files that go up when chosen, keys on scales.
// Each waits for its own markup.
import { countWords } from "./counters.js";
import { saveDrafts } from "./autosave.js";
import { uploadFiles } from "./uploads.js";
import { scaleKeys } from "./scales.js";

countWords(document);
saveDrafts(document);
uploadFiles(document);
scaleKeys(document);
document.addEventListener("htmx:load", (event) => countWords(event.target));
