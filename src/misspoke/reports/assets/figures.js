"use strict";
// Every picture of the page as a file of its own.

const KEPT_STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
  "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "font-variant-numeric", "text-anchor",
  "dominant-baseline", "paint-order", "letter-spacing",
];
const PAGE_ONLY = ["class", "style", "tabindex", "role", "aria-level", "aria-expanded", "aria-selected"];

/** Gives each picture a button that saves it. @param {ParentNode} [within] */
function offerFigures(within = document) {
  for (const figure of within.querySelectorAll("figure[data-file]:not([data-offered])")) {
    const drawing = figure.querySelector("svg");
    if (!drawing) continue;
    figure.setAttribute("data-offered", "");
    const name = /** @type {HTMLElement} */ (figure).dataset.file;
    const button = html("button", { type: "button", class: "quiet save", "aria-label": `Save the picture “${name}” as SVG` }, "Save SVG");
    button.addEventListener("click", () => {
      const current = /** @type {SVGSVGElement} */ (figure.querySelector("svg"));
      save(`${name}.svg`, "image/svg+xml", standalone(current));
    });
    figure.append(button);
  }
}

/**
 * A picture as a file by itself: its colours as they are now, on the page's ground.
 * @param {SVGSVGElement} drawing
 * @returns {string} XML
 */
function standalone(drawing) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const originals = [drawing, ...drawing.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  originals.forEach((original, at) => keepStyle(original, copies[at]));
  const [left, top, width, height] = box(drawing);
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const fill = getComputedStyle(document.body).backgroundColor;
  copy.prepend(svg("rect", { x: left, y: top, width, height, fill }));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** @param {Element} original @param {Element} copy */
function keepStyle(original, copy) {
  const style = getComputedStyle(original);
  const outer = original.parentElement ? getComputedStyle(original.parentElement) : null;
  for (const name of PAGE_ONLY) copy.removeAttribute(name);
  if (original.closest("defs, title, desc") && !original.closest("pattern, clipPath, marker")) return;
  for (const name of KEPT_STYLES) {
    const value = style.getPropertyValue(name);
    const inherited = outer && original.tagName !== "svg" && name !== "opacity" ? outer.getPropertyValue(name) : null;
    if (value && value !== inherited && !(name === "opacity" && value === "1")) copy.setAttribute(name, value.replaceAll('"', "'"));
    else if (copy.hasAttribute(name)) copy.removeAttribute(name);
  }
}

/** @param {SVGSVGElement} drawing */
function box(drawing) {
  const given = drawing.viewBox.baseVal;
  if (given && given.width) return [given.x, given.y, given.width, given.height];
  const shown = drawing.getBoundingClientRect();
  return [0, 0, Math.round(shown.width), Math.round(shown.height)];
}
