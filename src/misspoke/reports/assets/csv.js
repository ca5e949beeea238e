"use strict";
// The rows that are shown, as a file (RFC 4180) that no spreadsheet takes for formulas.

/** Without it spreadsheets do not know that a file is UTF-8. */
const BOM = "\ufeff";
/** What a formula may begin with, by OWASP's list on CSV injection. */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/;

/** @type {[string, (row: number) => string | number | null][]} */
const CSV_COLUMNS = [
  ["id", (row) => questions.id[row]],
  ["question", (row) => questions.question[row]],
  ["relation", (row) => questions.names.relation[questions.relation[row]]],
  ["right_answers", (row) => questions.gold[row].map((group) => group.join(" / ")).join("; ")],
  ["answer", (row) => questions.answer[row]],
  ["outcome", outcomeOf],
  ["outcome_first", (row) => questions.names.outcome[questions.outcome_first[row]]],
  ["outcome_literal", (row) => questions.names.outcome[questions.outcome_literal[row]]],
  ["cause", causeOf],
  ["flags", (row) => flagsOf(row).join(" ")],
  ["p_mass_lower", (row) => questions.lower[row]],
  ["p_mass_upper", (row) => questions.upper[row]],
  ["p_mass_first", (row) => questions.first[row]],
  ["p_mass_first_literal", (row) => questions.literal[row]],
  ["winner_prob", (row) => questions.winner[row]],
];

/** @param {number} row */
function flagsOf(row) {
  return questions.names.flag.filter((_, bit) => questions.flags[row] >> bit & 1);
}

/**
 * @param {Iterable<number>} rows
 * @returns {string}
 */
function toCsv(rows) {
  const lines = [CSV_COLUMNS.map(([name]) => name).join(",")];
  for (const row of rows) lines.push(CSV_COLUMNS.map(([, value]) => cell(value(row))).join(","));
  return `${BOM}${lines.join("\r\n")}\r\n`;
}

/** @param {string | number | null} value */
function cell(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
