"use strict";
// A question as an election: a bar for each meaning, made of the strings that voted for it.

/** @typedef {[string, number, number, number]} Vote text, bounds, whether it was said */
/** @typedef {[string, string, number, number, Vote[]]} Party label, role, bounds, votes */

const PARTY_TAGS = { gold: "right answer", emitted: "what it said" };
const LINE = { tau: 18, head: 24, bar: 20, vote: 22, gap: 14 };

/**
 * @param {Party[]} parties
 * @param {number} tau
 * @param {boolean} correct
 * @param {number} width in CSS pixels
 * @returns {SVGElement}
 */
function election(parties, tau, correct, width) {
  const running = parties.filter(([, role]) => role !== "rest");
  const scale = (width - 2) / Math.max(1e-9, tau * 1.15, ...running.map((party) => party[3]));
  const drawn = svg("g");
  let top = LINE.tau;
  for (const party of running) {
    const bar = top + LINE.head;
    top = drawParty(drawn, party, correct, scale, width, top);
    drawn.append(svg("path", { class: "tau", d: `M${(tau * scale).toFixed(1)} ${bar - 3}v${LINE.bar + 2}` }));
  }
  const words = running.map(([label, role, low, high]) =>
    `${visible(label)}${role === "other" ? "" : ` (${PARTY_TAGS[/** @type {"gold"} */ (role)]})`}: ${interval(low, high)}`);
  return svg("svg", { class: "election", role: "img", viewBox: `0 0 ${width} ${top}`, width, height: top, "aria-label": `Votes. ${words.join("; ")}` },
    svg("defs", {}, hatching("gold"), hatching("emitted"), hatching("other")), drawn, tauLabel(tau, scale, width));
}

/** The threshold's name over its lines. @param {number} tau @param {number} scale @param {number} width */
function tauLabel(tau, scale, width) {
  const text = `τ = ${tau}`;
  const half = textWidth(text) / 2;
  return svg("text", { class: "faint threshold", x: Math.max(half, Math.min(tau * scale, width - half)), y: 13, "text-anchor": "middle" }, text);
}

/** What the meanings that are not drawn may hold; nothing where there are none. @param {Party[]} parties */
function restOf(parties) {
  const rest = parties.find(([, role]) => role === "rest");
  return rest ? `Anything else: at most ${interval(rest[2], rest[3])}, over answers too small to list.` : "";
}

/** The pattern of what is not known: it may be there. @param {string} role */
function hatching(role) {
  return svg("pattern", { id: `hatch-${role}`, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 2, height: 5, class: role }));
}

/**
 * @param {SVGElement} drawn
 * @param {Party} party
 * @param {boolean} correct
 * @param {number} scale
 * @param {number} width
 * @param {number} top
 */
function drawParty(drawn, [label, role, low, high, votes], correct, scale, width, top) {
  const name = votes.length === 1 ? votes[0][0] : label;
  const tag = role === "gold" && correct ? "right, and said" : PARTY_TAGS[/** @type {"gold"} */ (role)];
  const value = `${role === "other" ? "≥ " : ""}${interval(low, high)}`;
  const kind = role === "other" ? "party" : "party strong";
  const room = Math.floor((width - 150) / 8);
  drawn.append(
    svg("text", { x: 0, y: top + 16, class: kind }, isolated(shortened(visible(name), room)),
      tag && svg("tspan", { class: `tag ${role}`, dx: 8 }, tag), svg("title", {}, visible(name))),
    svg("text", { x: width, y: top + 16, class: `${kind} value` }, value));
  top += LINE.head;
  drawn.append(svg("rect", { class: "track", x: 0, y: top, width, height: LINE.bar - 4, rx: 2 }));
  let at = 0;
  for (const [text, mass] of votes) at = part(drawn, role, at, Math.min(mass, low - at), scale, top, text);
  part(drawn, role, at, low - at, scale, top, "");
  if (high > low) drawn.append(svg("rect", { x: low * scale, y: top, width: (high - low) * scale, height: LINE.bar - 4, fill: `url(#hatch-${role})` }));
  top += LINE.bar;
  for (const vote of votes.length > 1 ? votes : []) top = drawVote(drawn, vote, role, scale, width, top);
  return top + LINE.gap;
}

/**
 * A string's part of the bar; gives where the next begins.
 * @param {SVGElement} drawn
 * @param {string} role
 * @param {number} start
 * @param {number} mass
 * @param {number} scale
 * @param {number} top
 * @param {string} text
 */
function part(drawn, role, start, mass, scale, top, text) {
  if (mass <= 0) return start;
  const width = Math.max(0.75, mass * scale - 1.5);
  drawn.append(svg("rect", { class: role, x: start * scale, y: top, width, height: LINE.bar - 4, rx: 1.5 }, text && svg("title", {}, visible(text))));
  return start + mass;
}

/**
 * @param {SVGElement} drawn
 * @param {Vote} vote
 * @param {string} role
 * @param {number} scale
 * @param {number} width
 * @param {number} top
 */
function drawVote(drawn, [text, low, high, said], role, scale, width, top) {
  const shownText = shortened(visible(text), Math.floor((width - 200) / 7));
  drawn.append(
    svg("rect", { class: `${role} thin`, x: 0, y: top + 17, width: Math.max(0.75, low * scale), height: 3, rx: 1 }),
    svg("text", { x: 10, y: top + 13, class: "vote" }, isolated(shownText), said ? svg("tspan", { class: "tag emitted", dx: 8 }, "said") : null, svg("title", {}, visible(text))),
    svg("text", { x: width, y: top + 13, class: "vote value" }, interval(low, high)));
  return top + LINE.vote;
}

/** Text whose direction does not reach beyond it. @param {string} text */
function isolated(text) {
  return `\u2068${text}\u2069`;
}
