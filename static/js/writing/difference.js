// The difference of two texts word by word, as elements: <del> for what only the first has, <ins> for the second.
const MOST = 2000; // pieces that are compared one by one; beyond, the middle counts as wholly changed

export function difference(before, after) {
  const [a, b] = [pieces(before), pieces(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const parts = [
    ["", a.slice(0, start)],
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ["", a.slice(a.length - end)],
  ];
  const shown = document.createDocumentFragment();
  for (const [element, words] of parts) {
    if (!words.length) continue;
    const text = words.join("");
    shown.append(element ? Object.assign(document.createElement(element), { textContent: text }) : text);
  }
  return shown;
}

const pieces = (text) => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

function middle(a, b) {
  if (!a.length || !b.length || a.length * b.length > MOST * MOST) return [["del", a], ["ins", b]];
  // The longest run of words that both have, by the usual table.
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  const parts = [];
  const add = (element, word) => {
    if (parts.at(-1)?.[0] === element) parts.at(-1)[1].push(word);
    else parts.push([element, [word]]);
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) [i, j] = (add("", a[i]), [i + 1, j + 1]);
    else if (j >= b.length || (i < a.length && table[i + 1][j] >= table[i][j + 1])) add("del", a[i++]);
    else add("ins", b[j++]);
  }
  return parts;
}
