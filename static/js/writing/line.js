// The one line that says how it stands with what is typed: unsaved since, saving, saved at, no connection, too late. It
// is worked out anew from all that is known, so that an old success never covers something unsaved.
import { announce, say, time } from "./words.js";

export class Line {
  constructor(element) {
    this.element = element;
    this.state = {
      unsaved: false,
      disputed: false,
      saving: false,
      trouble: "", // offline, busy, signed-out, closed, refused
      words: "", // the server's own, where it refuses
      message: element?.textContent.trim() ?? "",
    };
    this.since = null;
  }

  tell(news) {
    const before = this.state;
    this.state = { ...before, ...news };
    const { unsaved, trouble } = this.state;
    this.since = unsaved ? (this.since ?? Date.now()) : null;
    const words = this.words();
    if (!this.element) return;
    if (this.element.textContent !== words) this.element.textContent = words;
    this.element.dataset.state = trouble || (unsaved ? "unsaved" : "saved");
    // For ears: only when it turns bad, and when it is well again.
    const isWell = !unsaved && !trouble;
    if (trouble !== before.trouble && trouble && unsaved) this.isTroubled = announce(words) ?? true;
    else if (trouble === "closed" && before.trouble !== "closed") this.isTroubled = announce(words) ?? true;
    else if (isWell && this.isTroubled) this.isTroubled = announce(words) ?? false;
  }

  words() {
    const { unsaved, disputed, saving, trouble, words, message } = this.state;
    const since = { time: this.since ? time(this.since) : "" };
    if (trouble === "closed") return unsaved ? `${words} ${say("too-late")}` : words;
    if (trouble === "refused") return unsaved ? `${words || say("refused")} ${say("unsaved", since)}` : words;
    if (unsaved && saving) return say("saving");
    if (unsaved && trouble) return say(`unsaved-${trouble}`, since);
    if (unsaved && disputed) return say("disputed");
    if (unsaved) return say("unsaved", since);
    return trouble ? `${message} ${say(`quiet-${trouble}`)}` : message;
  }
}
