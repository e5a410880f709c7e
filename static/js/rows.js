// A table of cells that share one name (templates/forms/rows.html): rows are added and taken out here, and `fit` makes
// as many as an answer needs. The server reads the cells row by row.
const ready = new WeakSet();

const rowsOf = (table) => [...table.querySelectorAll(":scope > .rows-row")];
const cellsOf = (row) => [...row.querySelectorAll("input, select")];
const isBlank = (row) => cellsOf(row).every((cell) => !cell.value.trim());

function number(table) {
  const rows = rowsOf(table);
  rows.forEach((row, index) => {
    const words = `${table.dataset.row} ${index + 1}`;
    row.setAttribute("aria-label", words);
    for (const cell of cellsOf(row)) {
      if (cell.id) cell.id = cell.id.replace(/_\d+_(?=[^_]*(?:_[^_]+)*$)/, `_${index + 1}_`);
    }
    const out = row.querySelector(".rows-out");
    if (out) {
      out.setAttribute("aria-label", `${table.dataset.remove}: ${words}`);
      out.hidden = rows.length === 1 && isBlank(row);
    }
  });
  const add = table.querySelector(":scope > .rows-add");
  if (add) add.hidden = rows.length >= Number(table.dataset.most);
}

function blankRow(table) {
  const row = rowsOf(table)[0].cloneNode(true);
  for (const cell of cellsOf(row)) {
    cell.removeAttribute("value");
    cell.removeAttribute("aria-invalid");
    cell.value = "";
    for (const option of cell.options ?? []) option.removeAttribute("selected");
  }
  return row;
}

function append(table) {
  const row = blankRow(table);
  rowsOf(table).at(-1).after(row);
  number(table);
  return row;
}

const tell = (table) => table.dispatchEvent(new Event("input", { bubbles: true }));

function takeOut(table, row) {
  const rows = rowsOf(table);
  const place = rows.indexOf(row);
  if (rows.length === 1) for (const cell of cellsOf(row)) cell.value = "";
  else row.remove();
  number(table);
  const next = rowsOf(table)[Math.min(place, rowsOf(table).length - 1)];
  cellsOf(next)[0]?.focus();
  tell(table);
}

function button(className, words) {
  return Object.assign(document.createElement("button"), {
    type: "button",
    className: `button button-plain button-small ${className}`,
    textContent: words,
  });
}

function prepare(table) {
  if (ready.has(table) || table.closest("[inert]") || !rowsOf(table).length) return;
  ready.add(table);
  for (const row of rowsOf(table)) row.append(button("rows-out", table.dataset.remove));
  const add = button("rows-add", table.dataset.add);
  table.append(add);
  table.addEventListener("click", (event) => {
    if (event.target === add) cellsOf(append(table))[0]?.focus();
    else if (event.target.matches(".rows-out")) takeOut(table, event.target.closest(".rows-row"));
  });
  // With buttons nobody needs the blank rows that wait for pages without scripts.
  for (const row of rowsOf(table).slice(1)) if (isBlank(row) && !row.contains(document.activeElement)) row.remove();
  number(table);
  table.addEventListener("input", () => number(table));
}

// As many rows as these values fill, with them in the cells.
export function fit(table, values) {
  const width = Number(table.dataset.width);
  const wanted = Math.max(1, Math.ceil(values.length / width));
  while (rowsOf(table).length < wanted) append(table);
  for (const row of rowsOf(table).slice(wanted)) row.remove();
  rowsOf(table)
    .flatMap(cellsOf)
    .forEach((cell, place) => (cell.value = values[place] ?? ""));
  number(table);
}

// Values as a person reads them: a line for each row.
export function inLines(table, values) {
  const width = Number(table.dataset.width);
  const lines = [];
  for (let start = 0; start < values.length; start += width) {
    const row = values.slice(start, start + width).map((value, place) => {
      const cell = cellsOf(rowsOf(table)[0])[place];
      const option = [...(cell?.options ?? [])].find((one) => one.value === value && value);
      return option ? option.textContent.trim() : value;
    });
    if (row.some(Boolean)) lines.push(row.filter(Boolean).join(" · "));
  }
  return lines.join("\n");
}

export function watchRows(root) {
  for (const table of root.querySelectorAll("[data-rows]")) prepare(table);
}

watchRows(document);
document.addEventListener("htmx:load", (event) => watchRows(event.target));
