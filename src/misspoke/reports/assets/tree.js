"use strict";
// The token tree as a picture that unfolds: lines as thick as what flows along them. It grows to the
// right; where there is no room for that, it is an outline with a line for each token.

const TREE = { line: 28, thick: 18, gaps: [46, 26], left: 16, top: 16, indent: 14, thin: 6 };
const MARK_CLASSES = ["apart", "opener", "within", "whole"];

/**
 * Draws the tree into a figure, and again when something is folded.
 * @param {HTMLElement} place
 * @param {TreeColumns} columns
 */
function showTree(place, columns) {
  const root = grown(columns);
  let chosen = root.children.find((node) => node.said)?.key ?? root.children[0]?.key ?? "";
  const gap = TREE.gaps.find((one) => pictureWidth(arranged(placed(root, false), one)) <= place.clientWidth) ?? 0;
  const draw = (/** @type {boolean} */ focus) => {
    const items = arranged(placed(root, !gap), gap);
    if (!items.some((item) => item.node.key === chosen)) chosen = items[0]?.node.key ?? "";
    const drawing = drawTree(items, chosen, !gap);
    drawing.addEventListener("click", (event) => {
      const item = itemOf(items, /** @type {Element} */ (event.target));
      if (item) act(item, unfold(item.node));
    });
    drawing.addEventListener("keydown", (event) => pressed(items, /** @type {KeyboardEvent} */ (event), act, chosen));
    place.replaceChildren(drawing);
    if (focus) /** @type {SVGElement | null} */ (drawing.querySelector('[tabindex="0"]'))?.focus();
  };
  /** @param {Placed} item @param {boolean} [changed] */
  const act = (item, changed) => {
    chosen = item.node.kind === "more" && changed ? item.node.parent?.children[SHOWN_CHILDREN]?.key ?? chosen : item.node.key;
    draw(true);
  };
  draw(false);
}

/** @param {Placed[]} items @param {Element} target */
function itemOf(items, target) {
  const key = target.closest("[data-node]")?.getAttribute("data-node");
  return items.find((item) => item.node.key === key);
}

/**
 * Folds or unfolds; says whether there was something to.
 * @param {TreeNode} node
 * @param {boolean} [open]
 */
function unfold(node, open = !node.open) {
  if (node.kind === "more" && node.parent) {
    node.parent.all = true;
    return true;
  }
  if (!node.children.length || node.open === open) return false;
  node.open = open;
  return true;
}

/**
 * The keys of a tree, as the ARIA practices have them.
 * @param {Placed[]} items
 * @param {KeyboardEvent} event
 * @param {(item: Placed, changed?: boolean) => void} act
 * @param {string} chosen
 */
function pressed(items, event, act, chosen) {
  const at = items.findIndex((item) => item.node.key === chosen);
  const item = items[at];
  if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
  const child = items.find((other) => other.parent === item);
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => act(items[Math.min(at + 1, items.length - 1)]),
    ArrowUp: () => act(items[Math.max(at - 1, 0)]),
    Home: () => act(items[0]),
    End: () => act(items[items.length - 1]),
    ArrowRight: () => (child ? act(child) : act(item, unfold(item.node, true))),
    ArrowLeft: () => (child ? act(item, unfold(item.node, false)) : act(item.parent ?? item)),
    Enter: () => act(item, unfold(item.node)),
    " ": () => act(item, unfold(item.node)),
  };
  if (!(event.key in keys)) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
}

/** @typedef {Placed & { x: number, y: number, width: number }} Arranged where its text begins, and how wide its box is */

/**
 * Where the nodes stand: behind their parents, or in an outline a little further in than they.
 * @param {Placed[]} items parents before children
 * @param {number} gap between a node and those behind it, 0 for an outline
 * @returns {Arranged[]}
 */
function arranged(items, gap) {
  /** @type {Map<Placed | null, Arranged>} */
  const found = new Map();
  for (const item of items) {
    const parent = found.get(item.parent);
    const x = parent ? parent.x + (gap ? parent.width - 6 + gap : TREE.indent) : TREE.left + (gap || TREE.gaps[1]);
    found.set(item, { ...item, parent: parent ?? null, x, y: TREE.top + item.line * TREE.line, width: textWidth(labelOf(item.node)) + 22 });
  }
  return [...found.values()];
}

/** @param {Arranged[]} items */
function pictureWidth(items) {
  return Math.max(0, ...items.map((item) => item.x + item.width));
}

/**
 * @param {Arranged[]} items
 * @param {string} chosen
 * @param {boolean} outlined
 * @returns {SVGElement}
 */
function drawTree(items, chosen, outlined) {
  const [width, height] = [pictureWidth(items), TREE.top * 2 + Math.max(0, ...items.map((item) => item.line)) * TREE.line];
  return svg("svg", { class: "tree", viewBox: `0 0 ${width} ${height}`, width, height },
    svg("circle", { class: "root", cx: TREE.left - 4, cy: TREE.top, r: 4 }),
    svg("g", { "aria-hidden": "true" }, ...items.map((item) => link(item, outlined))),
    svg("g", { role: "tree", "aria-label": "Token tree of the answer" }, ...items.map((item) => drawNode(item, item.node.key === chosen))));
}

/** @param {TreeNode} node */
function kindOf(node) {
  const mark = node.kind === "token" ? MARK_CLASSES[node.mark] : "elsewhere";
  return `${mark}${node.said ? " said" : ""}`;
}

/**
 * The line to a node from its parent, short of both their boxes.
 * @param {Arranged} item
 * @param {boolean} outlined
 */
function link({ node, parent, x, y }, outlined) {
  const before = /** @type {Arranged | null} */ (parent);
  const toX = x - 9;
  const [fromX, fromY] = before ? [before.x + before.width - 3, before.y] : [TREE.left, TREE.top];
  const middle = (fromX + toX) / 2;
  let curve = y === fromY ? `M${fromX} ${y}H${toX}` : `M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${y} ${toX} ${y}`;
  if (outlined) curve = before ? `M${before.x - 1} ${before.y + 12}V${y}H${toX}` : `M${TREE.left - 4} ${TREE.top}V${y}H${toX}`;
  return svg("path", {
    class: `link ${kindOf(node)}`, d: curve, "stroke-width": Math.max(1, node.joint * (outlined ? TREE.thin : TREE.thick)).toFixed(2),
  });
}

/** @param {TreeNode} node */
function labelOf(node) {
  return `${shortened(tokenText(node), 40)}  ${percent(node.joint)}`;
}

/**
 * @param {Arranged} item
 * @param {boolean} chosen
 */
function drawNode(item, chosen) {
  const { node, x, y, width } = item;
  const folds = node.children.length > 0;
  const text = shortened(tokenText(node), 40);
  return svg("g", {
    class: `node ${kindOf(node)}${folds || node.kind === "more" ? " folds" : ""}`, "data-node": node.key, role: "treeitem",
    tabindex: chosen ? "0" : "-1", "aria-level": node.level - 1, "aria-setsize": item.of, "aria-posinset": item.at,
    "aria-expanded": folds ? String(node.open) : null, "aria-selected": chosen ? "true" : null, "aria-label": saidAloud(node, text),
  },
  svg("rect", { class: "pill", x: x - 6, y: y - 11, width, height: 22, rx: 4 }),
  svg("text", { x, y: y + 4.5 }, isolated(text), svg("tspan", { class: "share", dx: 7 }, percent(node.joint))),
  folds && svg("path", { class: "fold", d: node.open ? `M${x + width - 18} ${y - 2}l4 4 4-4` : `M${x + width - 16} ${y - 4}l4 4-4 4` }));
}

/** @param {TreeNode} node @param {string} text */
function saidAloud(node, text) {
  const words = [text, `${percent(node.joint)} of the belief`];
  if (node.kind === "token") words.push(["", "only openers so far", "within a right answer", "a right answer in full"][node.mark]);
  if (node.said) words.push("said");
  return words.filter(Boolean).join(", ");
}

/** @type {CanvasRenderingContext2D | null} */
let measuring = null;

/** @param {string} text */
function textWidth(text) {
  measuring ??= document.createElement("canvas").getContext("2d");
  if (!measuring) return 8 * text.length;
  measuring.font = `13px ${getComputedStyle(document.body).fontFamily}`;
  return Math.ceil(measuring.measureText(text).width) + 6;
}
