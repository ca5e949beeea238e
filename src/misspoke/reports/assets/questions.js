"use strict";
// The data of the page: the table in columns, and details that are parsed when they are wanted.

/**
 * @typedef {object} Questions
 * @property {number} n questions of the run; the table may hold fewer
 * @property {Record<string, string[]>} names what codes stand for
 * @property {Record<string, Record<string, string>>} words how names read
 * @property {string[]} id
 * @property {string[]} question
 * @property {string[]} answer
 * @property {string[][][]} gold groups of spellings
 * @property {(string | null)[]} top the heaviest right form
 * @property {number[]} relation
 * @property {number[]} outcome
 * @property {number[]} outcome_first
 * @property {number[]} outcome_literal
 * @property {number[]} cause
 * @property {number[]} flags bits
 * @property {number[]} lower of P-mass
 * @property {number[]} upper
 * @property {number[]} first
 * @property {number[]} literal
 * @property {number[]} winner
 */

/** @type {Questions} */
let questions;
/** @type {Map<number, string> | null} */
let detailLines = null;
/** @type {string[] | null} */
let searched = null;
/** @type {Map<string, number>} */
let rowOfId = new Map();

function readQuestions() {
  questions = JSON.parse(byId("rows").textContent ?? "{}");
  rowOfId = new Map(questions.id.map((id, row) => [id, row]));
}

/** @param {number} row */
function outcomeOf(row) {
  return questions.names.outcome[questions.outcome[row]];
}

/** @param {number} row */
function causeOf(row) {
  return questions.names.cause[questions.cause[row]];
}

/**
 * A name in words.
 * @param {string} kind
 * @param {string} name
 */
function word(kind, name) {
  return questions.words[kind]?.[name] ?? name;
}

/**
 * The right answer as the table shows it: the first spelling of each group.
 * @param {number} row
 */
function goldOf(row) {
  const groups = questions.gold[row];
  const shown = groups.slice(0, 3).map((group) => group[0]).join("; ");
  return groups.length > 3 ? `${shown} …` : shown;
}

/** What a search looks in, of every row. */
function searchTexts() {
  searched ??= questions.id.map((_, row) =>
    folded([questions.question[row], questions.answer[row], ...questions.gold[row].flat(),
      questions.names.relation[questions.relation[row]], questions.id[row]].join("\n")));
  return searched;
}

/**
 * The detail of a row, or null where the file does not hold it.
 * @param {number} row
 */
function detailOf(row) {
  if (!detailLines) {
    const lines = (byId("details").textContent ?? "").split("\n").filter(Boolean);
    detailLines = new Map(lines.map((line) => [Number(line.slice(1, line.indexOf(","))), line]));
  }
  const line = detailLines.get(row);
  return line === undefined ? null : JSON.parse(line)[1];
}
