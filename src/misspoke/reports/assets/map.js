"use strict";
// The map: every point opens its question.

/** @type {Map<number, Element>} */
let points = new Map();

function readMap() {
  const map = document.getElementById("map");
  if (!map) return;
  points = new Map([...map.querySelectorAll("[data-row]")].map((point) => [Number(point.getAttribute("data-row")), point]));
  map.addEventListener("click", (event) => {
    const row = pointed(event);
    if (row !== null) openRow(row, "#beliefs h2");
  });
  const picture = map.querySelector("svg");
  picture?.setAttribute("aria-label", `${picture.getAttribute("aria-label")}. The table of questions lists and opens the same questions.`);
  const tip = html("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  map.append(tip);
  map.addEventListener("pointermove", (event) => showTip(tip, map, event));
  map.addEventListener("pointerleave", () => { tip.hidden = true; });
}

/** @param {Event} event */
function pointed(event) {
  const row = /** @type {Element} */ (event.target).closest("[data-row]")?.getAttribute("data-row");
  return row === null || row === undefined ? null : Number(row);
}

/** @param {HTMLElement} tip @param {HTMLElement} map @param {PointerEvent} event */
function showTip(tip, map, event) {
  const row = pointed(event);
  tip.hidden = row === null;
  if (row === null) return;
  tip.replaceChildren(
    html("strong", {}, foreign(shortened(questions.question[row], 120))), html("br"),
    "It said ", foreign(`“${shortened(questions.answer[row], 60)}”`), `: ${word("outcome", outcomeOf(row))}. `,
    `P-mass ${interval(questions.lower[row], questions.upper[row])}`);
  const around = map.getBoundingClientRect();
  tip.style.left = `${Math.min(event.clientX - around.left + 14, around.width - tip.offsetWidth - 4)}px`;
  tip.style.top = `${event.clientY - around.top + 16}px`;
}

/** Points of rows that do not pass fade. @param {Uint32Array} rows */
function fadeMap(rows) {
  const passed = new Uint8Array(questions.id.length);
  for (const row of rows) passed[row] = 1;
  for (const [row, point] of points) point.classList.toggle("faded", !passed[row]);
}

/** The opened question's point has a ring. @param {number | null} row */
function ringMap(row) {
  for (const point of document.querySelectorAll("#map .ringed")) point.classList.remove("ringed");
  const point = row === null ? undefined : points.get(row);
  if (!point) return;
  point.classList.add("ringed");
  point.parentNode?.append(point);
}
