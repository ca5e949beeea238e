"use strict";
// What is filtered, what is opened, and the address that says both.

/** @type {Filter} */
let filter = { ...NO_FILTER };
/** @type {number | null} */
let openedRow = null;
/** Where the way back leads, where not to the question's row. */
let openedFrom = "";
/** The filter of the rows that are listed. */
let listedFilter = "";

/** There is room for a question beside the page; explorer.css says the same. */
const BESIDE = matchMedia("(min-width: 76rem)");
const FIELDS = /** @type {const} */ (["find", "relation", "mass", "outcome", "cause", "flag"]);

/** Fills the filters' lists. */
function makeFilters() {
  const relations = questions.names.relation.filter(Boolean).sort();
  options("relation", [["", "all relations"], ...relations.map((name) => [relationValue(name), visible(name)]),
    ...(questions.names.relation.includes("") && relations.length ? [[NO_RELATION, "without a relation"]] : [])]);
  options("outcome", [["", "all outcomes"], ...FAILURES_FIRST.map((name) => [name, word("outcome", name)])]);
  options("mass", Object.entries(questions.words.mass));
  const causes = Object.keys(questions.words.cause).filter((name) => questions.names.cause.includes(name));
  options("cause", [["", "all causes"], ...causes.map((name) => [name, word("cause", name)])]);
  options("flag", [["", "any"], ...Object.entries(questions.words.flag)]);
  for (const name of FIELDS) field(name).addEventListener(name === "find" ? "input" : "change", readFields);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("reset").addEventListener("click", () => change({ ...NO_FILTER }));
  byId("csv").addEventListener("click", () => save("questions.csv", "text/csv;charset=utf-8", toCsv(shown)));
}

/** What can be saved of the whole page, in its head. */
function offerAll() {
  const all = () => save("all-questions.csv", "text/csv;charset=utf-8", toCsv(questions.id.keys()));
  const button = html("button", { type: "button", id: "csv-all", class: "quiet", onclick: all }, "Save all questions as CSV");
  document.querySelector("header")?.append(html("p", { class: "live-only" }, button));
}

/** @param {string} name @param {string[][]} choices */
function options(name, choices) {
  field(name).replaceChildren(...choices.map(([value, text]) => html("option", { value }, text)));
}

/** @param {string} name */
function field(name) {
  return /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(`filter-${name}`));
}

function readFields() {
  change({ ...filter, ...Object.fromEntries(FIELDS.map((name) => [name, field(name).value])) });
}

/** @param {string} column */
function sortBy(column) {
  const numeric = ["mass", "winner"].includes(column);
  const [first, second] = numeric ? [`-${column}`, column] : [column, `-${column}`];
  change({ ...filter, sort: filter.sort === first ? second : filter.sort === second ? "" : first });
}

/** Another filter, without another step back. @param {Filter} next */
function change(next) {
  filter = next;
  history.replaceState(history.state, "", `#${toHash(filter, openedRow === null ? null : questions.id[openedRow])}`);
  applyFilter();
}

function applyFilter() {
  for (const name of FIELDS) if (field(name).value !== filter[name]) field(name).value = filter[name];
  const rows = matching(filter);
  const wanted = toHash(filter, null);
  showRows(rows, filter.sort, wanted !== listedFilter);
  listedFilter = wanted;
  fadeMap(rows);
  byId("count").textContent = told(rows);
  if (openedRow !== null) placeOpened();
}

/** The count of the rows, and what became of them. @param {Uint32Array} rows */
function told(rows) {
  const [right, failed] = ["correct", "commitment_failure"].map((name) => questions.names.outcome.indexOf(name));
  const outcomes = judgedBy(filter.mass);
  let [correct, failures] = [0, 0];
  for (const row of rows) {
    if (outcomes[row] === right) correct += 1;
    else if (outcomes[row] === failed) failures += 1;
  }
  const text = `${counted(rows.length, "question")} of ${questions.id.length.toLocaleString("en")}: ${counted(failures, "commitment failure")}`;
  return rows.length ? `${text}; ${percent(correct / rows.length)} answered right.` : `${text}.`;
}

/**
 * Opens a question; from none, the way back leads to none.
 * @param {number} row
 * @param {string} [from] a selector of where the focus goes back to
 */
function openRow(row, from = "") {
  const address = `#${toHash(filter, questions.id[row])}`;
  openedFrom = from;
  if (openedRow === null) history.pushState({ opened: true }, "", address);
  else history.replaceState(history.state, "", address);
  inPlace(from ? "#map" : listedSelector(row), () => showOpened(row));
}

/** @param {number | null} row */
function listedSelector(row) {
  return `#listed tr[data-row="${row}"]`;
}

/**
 * Does what makes the page flow anew, and brings what the person looks at back to where it was.
 * @param {string} selector
 * @param {() => void} act
 */
function inPlace(selector, act) {
  const top = () => document.querySelector(selector)?.getBoundingClientRect().top;
  const before = top();
  act();
  const after = top();
  if (before !== undefined && after !== undefined && before > -innerHeight && before < innerHeight) {
    scrollBy({ top: after - before, behavior: "instant" });
  }
}

/** Closes the opened question: the way that it came, where it came from this page. */
function closeRow() {
  if (openedRow === null) return;
  if (history.state?.opened) history.back();
  else {
    history.replaceState(null, "", `#${toHash(filter, null)}`);
    inPlace(openedFrom ? "#map" : listedSelector(openedRow), () => showOpened(null));
  }
}

/** @param {number | null} row */
function showOpened(row) {
  const before = openedRow;
  openedRow = row;
  document.documentElement.classList.toggle("opened", row !== null);
  byId("detail").hidden = row === null;
  coverPage();
  markListed(row);
  ringMap(row);
  if (row !== null) {
    showDetail(row);
    placeOpened();
    byId("detail").scrollTop = 0;
    byId("detail-title").focus({ preventScroll: true });
  } else if (before !== null) setTimeout(() => returnFocus(before)); // behind what the browser does on its way back
}

/** Where the opened question covers the page, what is below it cannot be reached. */
function coverPage() {
  const covered = openedRow !== null && !BESIDE.matches;
  for (const part of document.querySelectorAll("main, footer, header, .bar")) part.toggleAttribute("inert", covered);
  byId("detail").setAttribute("aria-modal", String(covered));
}

/** @param {number} row */
function returnFocus(row) {
  const link = /** @type {HTMLElement | null} */ (document.querySelector(`${listedSelector(row)} a`));
  if (link && !openedFrom) link.focus();
  else focusOn(document.querySelector(openedFrom || "#questions h2"));
}

/** Puts the focus on what a person does not reach by keys. @param {Element | null} element */
function focusOn(element) {
  element?.setAttribute("tabindex", "-1");
  /** @type {HTMLElement | null} */ (element)?.focus({ preventScroll: true });
}

/** Leads to a section of the page; the address keeps what is filtered and opened. @param {MouseEvent} event */
function sectionClicked(event) {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest('a[href^="#"]'));
  const section = link && document.getElementById(link.hash.slice(1));
  if (!section || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!toHash(filter, openedRow === null ? null : questions.id[openedRow])) return;
  event.preventDefault();
  section.scrollIntoView();
  focusOn(section.querySelector("h2") ?? section);
}

/** Where the opened question stands among those that pass. */
function placeOpened() {
  const place = openedRow === null ? -1 : shown.indexOf(openedRow);
  byId("detail-place").textContent = place < 0 ? "not among those shown" : `${(place + 1).toLocaleString("en")} of ${shown.length.toLocaleString("en")}`;
  /** @type {HTMLButtonElement} */ (byId("detail-before")).disabled = place === 0 || !shown.length;
  /** @type {HTMLButtonElement} */ (byId("detail-after")).disabled = place === shown.length - 1;
}

/** @param {number} step */
function neighbour(step) {
  if (openedRow === null || !shown.length) return;
  const place = shown.indexOf(openedRow);
  const next = place < 0 ? 0 : place + step;
  if (next >= 0 && next < shown.length) openRow(shown[next], openedFrom);
}

/** The page as its address says. */
function applyHash() {
  const found = fromHash(location.hash) ?? { filter, id: null };
  filter = found.filter;
  applyFilter();
  const row = found.id === null ? null : rowOfId.get(found.id) ?? null;
  byId("missing").textContent = found.id !== null && row === null ? `There is no question “${visible(found.id)}” on this page.` : "";
  if (row === openedRow) return;
  if (row !== null) openedFrom = "";
  inPlace(openedFrom ? "#map" : listedSelector(row ?? openedRow), () => showOpened(row));
}

/** @param {KeyboardEvent} event */
function keyPressed(event) {
  if (event.key === "Escape" && openedRow !== null) return closeRow();
  if (isTyping(event)) return undefined;
  /** @type {Record<string, () => void>} */
  const keys = {
    "/": () => field("find").focus(),
    j: () => neighbour(1), k: () => neighbour(-1),
    ArrowRight: () => neighbour(1), ArrowLeft: () => neighbour(-1),
  };
  const scrolls = /** @type {Element} */ (event.target).closest(".scroll");
  if (!(event.key in keys) || (event.key.startsWith("Arrow") && (openedRow === null || scrolls))) return undefined;
  event.preventDefault();
  return keys[event.key]();
}

readQuestions();
offerAll();
makeFilters();
makeTable();
readMap();
applyHash();
addEventListener("popstate", applyHash);
addEventListener("hashchange", applyHash);
addEventListener("keydown", keyPressed);
addEventListener("click", sectionClicked);
addEventListener("resize", () => { if (openedRow !== null) showVote(openedRow); });
BESIDE.addEventListener("change", coverPage);
byId("detail-before").addEventListener("click", () => neighbour(-1));
byId("detail-after").addEventListener("click", () => neighbour(1));
byId("detail-close").addEventListener("click", closeRow);
