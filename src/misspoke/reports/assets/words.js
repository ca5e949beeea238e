"use strict";
// Texts and numbers as people read them; the same rules as reports/text.py.

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;
const MARKS = /\p{M}+/gu;

/**
 * The text on one line, with characters that cannot be seen as escapes.
 * @param {string} text
 */
function visible(text) {
  return text.replace(HIDDEN, (char) => {
    if (char === "\u200c" || char === "\u200d") return char;
    const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[char];
    const code = /** @type {number} */ (char.codePointAt(0));
    return named ?? (code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`);
  });
}

/**
 * The text in the shape in which it is searched: without case and accents.
 * @param {string} text
 */
function folded(text) {
  return text.normalize("NFKD").replace(MARKS, "").toLowerCase();
}

/** @param {string} text @param {number} most */
function shortened(text, most) {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** @param {number} value */
function probability(value) {
  return value > 0 && value < 0.005 ? "<0.01" : value.toFixed(2);
}

/** @param {number} low @param {number} high */
function interval(low, high) {
  const [first, last] = [probability(low), probability(high)];
  return first === last || last.startsWith("<") ? last : `${first}–${last}`;
}

/** @param {number} value */
function percent(value) {
  return value > 0 && value < 0.005 ? "<1%" : `${(100 * value).toFixed(0)}%`;
}

/** @param {number} count @param {string} one @param {string} [many] */
function counted(count, one, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many ?? `${one}s`}`;
}
