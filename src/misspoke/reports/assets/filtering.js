"use strict";
// Which rows are shown, and in what order; the state of both is in the page's address.

/**
 * @typedef {object} Filter
 * @property {string} find
 * @property {string} relation
 * @property {string} mass which mass `outcome` goes by
 * @property {string} outcome
 * @property {string} cause
 * @property {string} flag
 * @property {string} sort a column, `-` before it for descending
 */

/** @type {Filter} */
const NO_FILTER = { find: "", relation: "", mass: "string", outcome: "", cause: "", flag: "", sort: "" };
/** @type {Record<string, "outcome" | "outcome_first" | "outcome_literal">} */
const OUTCOME_COLUMNS = { string: "outcome", first: "outcome_first", literal: "outcome_literal" };
const FAILURES_FIRST = ["commitment_failure", "undetermined", "knowledge_gap", "abstained", "correct"];
/** No relation, among the values of that filter; names that begin so have it twice. */
const NO_RELATION = "(none)";
const SORTED = ["question", "answer", "gold", "outcome", "cause", "mass", "winner", "relation"];

/** @type {Map<string, Uint32Array>} */
const orders = new Map();

/** The outcomes of all rows by a kind of mass. @param {string} mass */
function judgedBy(mass) {
  return questions[Object.hasOwn(OUTCOME_COLUMNS, mass) ? OUTCOME_COLUMNS[mass] : "outcome"];
}

/** The value of the filter that asks for a relation. @param {string} name empty where there is none */
function relationValue(name) {
  return !name || name.startsWith(NO_RELATION) ? `${NO_RELATION}${name}` : name;
}

/** The opposite. @param {string} value */
function relationOf(value) {
  return value.startsWith(NO_RELATION) ? value.slice(NO_RELATION.length) : value;
}

/**
 * Whether the page knows a value of a filter; an address may hold any.
 * @param {string} name of a part of the filter
 * @param {string} value
 */
function isKnown(name, value) {
  if (name === "find" || !value) return name !== "mass";
  if (name === "mass") return Object.hasOwn(OUTCOME_COLUMNS, value);
  if (name === "sort") return SORTED.includes(value.replace(/^-/, ""));
  if (name === "relation") return relationValue(relationOf(value)) === value && questions.names.relation.includes(relationOf(value));
  return Object.hasOwn(questions.words[name], value) && (name !== "cause" || questions.names.cause.includes(value));
}

/**
 * The rows that pass, in order.
 * @param {Filter} filter
 * @returns {Uint32Array}
 */
function matching(filter) {
  const words = folded(filter.find).split(/\s+/).filter(Boolean);
  const texts = words.length ? searchTexts() : [];
  const outcomes = judgedBy(filter.mass);
  const outcome = wanted("outcome", filter.outcome);
  const cause = wanted("cause", filter.cause);
  const relation = wanted("relation", relationOf(filter.relation), Boolean(filter.relation));
  const bit = filter.flag ? 1 << questions.names.flag.indexOf(filter.flag) : 0;
  return ordered(filter.sort, filter.mass).filter((row) =>
    (outcome === null || outcomes[row] === outcome)
    && (cause === null || questions.cause[row] === cause)
    && (relation === null || questions.relation[row] === relation)
    && (!bit || (questions.flags[row] & bit) !== 0)
    && words.every((one) => texts[row].includes(one)));
}

/**
 * The code of a name, −1 where nothing has it; null where any will do.
 * @param {string} kind
 * @param {string} name
 */
function wanted(kind, name, asked = Boolean(name)) {
  return asked ? questions.names[kind].indexOf(name) : null;
}

/**
 * All rows in the order of a column; without one, failures first, of high mass before low.
 * @param {string} sort
 * @param {string} mass by which outcomes go
 * @returns {Uint32Array}
 */
function ordered(sort, mass) {
  const key = `${mass} ${sort}`;
  let order = orders.get(key);
  if (!order) {
    const descending = sort.startsWith("-");
    const compare = comparison(descending ? sort.slice(1) : sort, judgedBy(mass));
    order = Uint32Array.from(questions.id, (_, row) => row);
    order.sort((a, b) => (descending ? compare(b, a) : compare(a, b)) || a - b);
    orders.set(key, order);
  }
  return order;
}

/**
 * @param {string} column
 * @param {number[]} outcome of all rows
 * @returns {(a: number, b: number) => number}
 */
function comparison(column, outcome) {
  const { lower } = questions;
  const rank = questions.names.outcome.map((name) => FAILURES_FIRST.indexOf(name));
  /** @type {Record<string, (a: number, b: number) => number>} */
  const compared = {
    outcome: (a, b) => rank[outcome[a]] - rank[outcome[b]],
    mass: (a, b) => lower[a] - lower[b],
    winner: (a, b) => questions.winner[a] - questions.winner[b],
    question: byText((row) => questions.question[row]),
    answer: byText((row) => questions.answer[row]),
    gold: byText(goldOf),
    cause: byText((row) => word("cause", causeOf(row))),
    relation: byText((row) => questions.names.relation[questions.relation[row]]),
  };
  return Object.hasOwn(compared, column) ? compared[column] : ((a, b) => rank[outcome[a]] - rank[outcome[b]] || lower[b] - lower[a]);
}

/**
 * @param {(row: number) => string} text
 * @returns {(a: number, b: number) => number}
 */
function byText(text) {
  const collator = new Intl.Collator("en", { numeric: true });
  const places = new Map();
  const distinct = [...new Set(questions.id.map((_, row) => text(row)))].sort(collator.compare);
  distinct.forEach((one, place) => places.set(one, place));
  const rank = Float64Array.from(questions.id, (_, row) => places.get(text(row)));
  return (a, b) => rank[a] - rank[b];
}

/**
 * What a filter and an opened question are in the address.
 * @param {Filter} filter
 * @param {string | null} id
 */
function toHash(filter, id) {
  const parts = id === null ? [] : [["q", id]];
  for (const [name, value] of Object.entries(filter)) {
    if (value !== NO_FILTER[/** @type {keyof Filter} */ (name)]) parts.push([name, value]);
  }
  return parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

/**
 * The opposite; null for an address that only names a section.
 * @param {string} hash
 * @returns {{ filter: Filter, id: string | null } | null}
 */
function fromHash(hash) {
  const text = hash.replace(/^#/, "");
  if (text && !text.includes("=")) return null;
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const part of text.split("&").filter(Boolean)) {
    const [name, ...value] = part.split("=");
    try {
      found.set(name, decodeURIComponent(value.join("=")));
    } catch {
      found.set(name, value.join("="));
    }
  }
  const filter = { ...NO_FILTER };
  for (const name of /** @type {(keyof Filter)[]} */ (Object.keys(filter))) {
    const value = found.get(name);
    if (value !== undefined && isKnown(name, value)) filter[name] = value;
  }
  return { filter, id: found.get("q") ?? null };
}
