"use strict";
// A question that is opened: what became of it, its election, its token tree, its numbers.

/** @param {number} row */
function showDetail(row) {
  const detail = detailOf(row);
  const outcome = outcomeOf(row);
  byId("detail-body").replaceChildren(...[
    html("p", { class: "kicker" }, foreign(questions.names.relation[questions.relation[row]] || "question"), " · ", foreign(questions.id[row])),
    html("h2", { id: "detail-title", tabindex: "-1" }, foreign(questions.question[row])),
    html("dl", { class: "pairs" },
      html("dt", {}, "It said"), html("dd", {}, html("strong", { class: `said ${outcome}` }, questions.answer[row] ? foreign(questions.answer[row]) : "(nothing)"),
        html("span", { class: `badge ${outcome}` }, word("outcome", outcome)), causeOf(row) && html("span", { class: "badge" }, word("cause", causeOf(row)))),
      html("dt", {}, "Right"), html("dd", {}, ...goldList(row))),
    ...(detail ? opened(row, detail) : [notHere(row)]),
  ].filter((part) => part));
  if (!detail) return;
  showVote(row);
  showTree(byId("detail-tree"), detail.tree);
  offerFigures(byId("detail-body"));
}

/** Draws the vote as wide as there is room. @param {number} row */
function showVote(row) {
  const detail = detailOf(row);
  const place = document.getElementById("detail-vote");
  if (!detail || !place) return;
  const width = Math.max(260, Math.min(680, Math.floor(place.clientWidth)));
  const drawing = election(detail.concepts, tau(), outcomeOf(row) === "correct", width);
  place.querySelector("svg")?.remove();
  place.prepend(drawing);
}

/** @param {number} row */
function goldList(row) {
  return questions.gold[row].map((group) =>
    html("span", { class: "group" }, html("strong", {}, foreign(group[0])), group.length > 1 && html("span", { class: "faint" }, " also ", foreign(group.slice(1).join(", ")))));
}

/** @param {number} row */
function notHere(row) {
  const mass = interval(questions.lower[row], questions.upper[row]);
  return html("p", { class: "note" },
    `The right answer held ${mass}; the likeliest first token held ${probability(questions.winner[row])}. `
    + "The votes and the tree of this question are not in this file, which would grow too large: they are in answers.parquet, in the run's folder.");
}

/**
 * @param {number} row
 * @param {any} detail
 */
function opened(row, detail) {
  return [
    html("p", { class: "verdict" }, visible(detail.verdict)),
    detail.remarks.length && html("ul", { class: "note" }, ...detail.remarks.map((/** @type {string} */ one) => html("li", {}, visible(one)))),
    html("h3", {}, "The vote"),
    html("p", { class: "note" }, "Each meaning's bar is what its spellings hold together. Hatched: it may hold that too."),
    html("figure", { id: "detail-vote", "data-file": fileName(row, "vote") }),
    restOf(detail.concepts) && html("p", { class: "note" }, restOf(detail.concepts)),
    html("h3", {}, "The token tree"),
    html("p", { class: "note key" },
      html("span", { class: "swatch whole" }), "within a right answer ", html("span", { class: "swatch said" }), "the path it took ",
      html("span", { class: "swatch apart" }), "other. Lines are as thick as the probability that flows along them; the share is of all that can be said."),
    detail.before && html("p", { class: "note" }, "Behind what it had said before: ", foreign(`“${detail.before}”`)),
    html("figure", { "data-file": fileName(row, "tree") }, html("div", { id: "detail-tree", class: "scroll" })),
    html("h3", {}, "Numbers"),
    numbers(detail),
  ];
}

/** @param {any} detail */
function numbers(detail) {
  const { numbers: held } = detail;
  /** @type {[string, string | Node][]} */
  const lines = [
    ["P-mass, by strings", interval(held.p_mass[0], held.p_mass[1])],
    ["… by the content first token", interval(held.first[0], held.first[1])],
    ["… by the literal first token", probability(held.literal)],
    ["Heaviest right meaning", interval(held.gold[0], held.gold[1])],
    ["What was said, as a meaning", interval(held.emitted[0], held.emitted[1])],
    ["Winning first word", html("span", {}, foreign(`“${held.winner[0].trim()}”`), ` ${probability(held.winner[1])}`)],
  ];
  if (detail.true) lines.push(["Calls its answer true", `${interval(detail.true[0], detail.true[1])}, false ${interval(detail.false[0], detail.false[1])}`]);
  if (detail.samples.length) lines.push(["Drawn at temperature 1", sampleList(detail.samples)]);
  if (detail.trajectory.length > 1) lines.push(["First-token mass by step", detail.trajectory.map(probability).join(" → ")]);
  return html("dl", { class: "pairs numbers" }, ...lines.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]));
}

/** @param {[string | null, number, number][]} samples */
function sampleList(samples) {
  return html("ul", { class: "samples" }, ...samples.map(([text, count, agrees]) => {
    if (text === null) return html("li", { class: "faint" }, `and ${count} others`);
    return html("li", {}, text ? foreign(shortened(text, 60)) : "(nothing)", html("span", { class: "faint" }, ` ×${count}${agrees ? ", as said" : ""}`));
  }));
}

/** @param {number} row @param {string} kind */
function fileName(row, kind) {
  return `${kind}-${questions.id[row].replace(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 60)}`;
}

function tau() {
  return Number(byId("explorer").dataset.tau);
}
