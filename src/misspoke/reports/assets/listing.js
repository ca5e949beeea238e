"use strict";
// The table of questions, a page of rows at a time.

const PAGE_ROWS = 25;

/** @type {[string, string, string][]} column to sort by, heading, class */
const HEADS = [
  ["question", "Question", "wide"], ["answer", "It said", ""], ["gold", "Right answer", "roomy"],
  ["outcome", "Outcome", ""], ["cause", "Cause", "roomy"], ["mass", "P-mass", "figure"],
  ["winner", "Top token", "figure roomy"], ["relation", "Relation", "roomy"],
];

/** @type {Uint32Array} */
let shown = new Uint32Array();
let firstShown = 0;

/** Makes the table's head; its rows come with `showRows`. */
function makeTable() {
  const heads = HEADS.map(([column, name, kind]) =>
    html("th", { scope: "col", class: kind, "data-column": column },
      html("button", { type: "button", class: "sort", onclick: () => sortBy(column) }, name)));
  byId("listing").append(
    html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of questions" },
      html("table", { class: "listing" }, html("thead", {}, html("tr", {}, ...heads)), html("tbody", { id: "listed", onclick: openClicked }))),
    html("div", { class: "pager" },
      html("button", { type: "button", id: "page-before", onclick: () => turn(-PAGE_ROWS) }, "← Previous"),
      html("span", { id: "page-place" }),
      html("button", { type: "button", id: "page-after", onclick: () => turn(PAGE_ROWS) }, "Next →")),
  );
}

/** @param {number} step */
function turn(step) {
  firstShown = Math.max(0, Math.min(firstShown + step, shown.length - 1));
  drawRows();
  byId("listing").scrollIntoView({ block: "start" });
}

/**
 * @param {Uint32Array} rows
 * @param {string} sort
 * @param {boolean} anew from the first page on
 */
function showRows(rows, sort, anew) {
  shown = rows;
  if (anew) firstShown = 0;
  for (const head of document.querySelectorAll("th[data-column]")) {
    const column = /** @type {HTMLElement} */ (head).dataset.column;
    if (sort === column) head.setAttribute("aria-sort", "ascending");
    else if (sort === `-${column}`) head.setAttribute("aria-sort", "descending");
    else head.removeAttribute("aria-sort");
  }
  drawRows();
}

function drawRows() {
  const end = Math.min(firstShown + PAGE_ROWS, shown.length);
  byId("listed").replaceChildren(...Array.from(shown.subarray(firstShown, end), listedRow));
  byId("page-place").textContent = shown.length
    ? `${(firstShown + 1).toLocaleString("en")}–${end.toLocaleString("en")} of ${shown.length.toLocaleString("en")}`
    : "No question matches.";
  /** @type {HTMLButtonElement} */ (byId("page-before")).disabled = firstShown === 0;
  /** @type {HTMLButtonElement} */ (byId("page-after")).disabled = end >= shown.length;
}

/** @param {number} row */
function listedRow(row) {
  const outcome = questions.names.outcome[judgedBy(filter.mass)[row]];
  const cause = causeOf(row);
  const flags = flagsOf(row).map((flag) => html("span", { class: "flag" }, word("flag", flag)));
  return html("tr", { "data-row": row, class: row === openedRow ? `${outcome} chosen` : outcome },
    html("th", { scope: "row" }, html("a", { href: `#${toHash(filter, questions.id[row])}` }, foreign(shortened(questions.question[row], 160)))),
    html("td", { class: "said" }, questions.answer[row] ? foreign(shortened(questions.answer[row], 60)) : "(nothing)"),
    html("td", { class: "roomy" }, foreign(shortened(goldOf(row), 80))),
    html("td", { class: "outcome" }, html("span", { class: `dot ${outcome}`, "aria-hidden": "true" }), html("span", { class: "word" }, word("outcome", outcome)), ...flags.flatMap((flag) => [" ", flag])),
    html("td", { class: "roomy cause" }, cause ? word("cause", cause) : ""),
    html("td", { class: "figure" }, massBar(row)),
    html("td", { class: "figure roomy" }, probability(questions.winner[row])),
    html("td", { class: "roomy faint" }, breakable(questions.names.relation[questions.relation[row]])));
}

/** A name that may break behind its underscores only. @param {string} name */
function breakable(name) {
  const shown = foreign("");
  name.split(/(?<=_)/).forEach((part, at) => shown.append(...(at ? [html("wbr")] : []), visible(part)));
  return shown;
}

/** A P-mass as a number over a bar. @param {number} row */
function massBar(row) {
  const [low, high] = [questions.lower[row], questions.upper[row]];
  const bar = html("span", { class: "massbar", "aria-hidden": "true" }, html("i"), html("b"));
  bar.style.setProperty("--low", String(low));
  bar.style.setProperty("--high", String(high));
  return html("span", { class: "mass" }, interval(low, high), bar);
}

/** A click anywhere on a row opens it. @param {Event} event */
function openClicked(event) {
  const click = /** @type {MouseEvent} */ (event);
  const row = /** @type {Element} */ (event.target).closest("tr")?.dataset.row;
  if (row === undefined || click.ctrlKey || click.metaKey || click.shiftKey || String(getSelection())) return;
  event.preventDefault();
  openRow(Number(row));
}

/** Shows which row is open, and turns to its page. @param {number | null} row */
function markListed(row) {
  const place = row === null ? -1 : shown.indexOf(row);
  if (place >= 0 && (place < firstShown || place >= firstShown + PAGE_ROWS)) {
    firstShown = place - place % PAGE_ROWS;
    drawRows();
  }
  for (const line of document.querySelectorAll("#listed tr")) {
    line.classList.toggle("chosen", Number(/** @type {HTMLElement} */ (line).dataset.row) === row);
  }
}
