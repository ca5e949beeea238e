"use strict";
// Elements, made without markup: text from data or a model is only ever text.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with properties and children.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `class`, `on…` handlers, and attributes; null or false leaves one out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
function html(tag, properties = {}, ...children) {
  return /** @type {HTMLElement} */ (filled(document.createElement(tag), properties, children));
}

/**
 * The same of SVG.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {SVGElement}
 */
function svg(tag, properties = {}, ...children) {
  return /** @type {SVGElement} */ (filled(document.createElementNS(SVG, tag), properties, children));
}

/**
 * @param {Element} element
 * @param {Record<string, unknown>} properties
 * @param {(Node | string | null | undefined | false)[]} children
 */
function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Text from data or a model, of a direction of its own.
 * @param {string} text
 */
function foreign(text) {
  return html("bdi", {}, visible(text));
}

/**
 * The element of an id; the page always has it.
 * @param {string} id
 * @returns {HTMLElement}
 */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * Whether a key press is meant for the element that has the focus, not for the page.
 * @param {KeyboardEvent} event
 */
function isTyping(event) {
  const target = /** @type {Element} */ (event.target);
  return event.ctrlKey || event.altKey || event.metaKey || Boolean(target.closest("input, select, textarea"));
}

/**
 * Lets the person save a file that the page made.
 * @param {string} name
 * @param {string} type
 * @param {string} content
 */
function save(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = html("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
