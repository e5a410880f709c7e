// "143 of 150 words" or "260 of 300 characters" under each text that has a limit, counted as
// accelerator/typed/words.py does, which says why.
const UNSEEN = /[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200e\u200f\u202a-\u202e]/g;
const SPACES = new RegExp(
  "[\\s\\x1c-\\x1f\\x85\\u200b\\u2013\\u2014\\u2026\\u2060\\u3000-\\u3004\\u3008-\\u3020\\u3030\\ufeff" +
    "\\uff01\\uff0c\\uff1a\\uff1b\\uff1f]+",
);
const SIGN_IS_A_WORD = new RegExp(
  "[\\u3005-\\u3007\\u3021-\\u302f\\u3031-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff" +
    "\\uff66-\\uff9f\\u{20000}-\\u{3ffff}]",
  "gu",
);
const FIVE_SIGNS_ARE_A_WORD = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+/g;
const CHAINED_BY = new RegExp("[-/\\\\_.,;:|+&~*=·•‐‑'’]+");
const FREELY_CHAINED = 4;
const LONGEST = 100;

export function words(text) {
  const seen = text.replace(UNSEEN, "");
  let count = (seen.match(SIGN_IS_A_WORD) ?? []).length;
  for (const run of seen.match(FIVE_SIGNS_ARE_A_WORD) ?? []) count += Math.ceil(run.length / 5);
  const rest = seen.replace(SIGN_IS_A_WORD, " ").replace(FIVE_SIGNS_ARE_A_WORD, " ");
  for (const token of rest.split(SPACES)) count += token ? wordsIn(token) : 0;
  return count;
}

const AROUND = "\\s\\x1c-\\x1f\\x85\\u200b\\u2060\\u3000\\ufeff";
const SPACE_AROUND = new RegExp(`^[${AROUND}]+|[${AROUND}]+$`, "g");

export function characters(text) {
  return [...text.replace(/\r\n?/g, "\n").replace(UNSEEN, "").replace(SPACE_AROUND, "")].length;
}

function wordsIn(token) {
  const parts = /^(https?:\/\/|www\.)/i.test(token) ? 1 : token.split(CHAINED_BY).filter(Boolean).length;
  const whole = parts > FREELY_CHAINED ? parts : Math.min(parts, 1);
  return parts ? Math.max(whole, Math.ceil([...token].length / LONGEST)) : 0;
}

function count(root) {
  for (const text of root.querySelectorAll("[data-max-words], [data-max-characters]")) {
    const counter = document.querySelector(`[data-counts="${text.id}"]`);
    if (!counter) continue;
    const [limit, counted] = text.dataset.maxWords
      ? [Number(text.dataset.maxWords), words]
      : [Number(text.dataset.maxCharacters), characters];
    const pattern = counter.dataset.pattern;
    const update = () => {
      const found = counted(text.value);
      counter.textContent = pattern.replace("%n", found);
      counter.classList.toggle("near", found > 0.9 * limit && found <= limit);
      counter.classList.toggle("over", found > limit);
    };
    text.addEventListener("input", update);
    update();
  }
}

count(document);
document.addEventListener("htmx:load", (event) => count(event.target));
