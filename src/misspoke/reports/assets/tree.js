"use strict";
// The token tree as a picture that unfolds: lines as thick as what flows along them.

const TREE = { line: 28, thick: 26, gap: 36, left: 16, top: 16 };
const MARK_CLASSES = ["apart", "opener", "within", "whole"];

/**
 * Draws the tree into a figure, and again when something is folded.
 * @param {HTMLElement} place
 * @param {TreeColumns} columns
 */
function showTree(place, columns) {
  const root = grown(columns);
  let chosen = root.children.find((node) => node.said)?.key ?? root.children[0]?.key ?? "";
  const draw = (/** @type {boolean} */ focus) => {
    const items = placed(root);
    if (!items.some((item) => item.node.key === chosen)) chosen = items[0]?.node.key ?? "";
    const drawing = drawTree(items, chosen);
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

/**
 * @param {Placed[]} items
 * @param {string} chosen
 * @returns {SVGElement}
 */
function drawTree(items, chosen) {
  const widths = items.map((item) => textWidth(labelOf(item.node)) + 26);
  const columns = Math.max(0, ...items.map((item) => item.column + 1));
  const starts = [TREE.left + TREE.gap];
  for (let column = 0; column < columns; column += 1) {
    const widest = Math.max(...items.map((item, at) => (item.column === column ? widths[at] : 0)));
    starts.push(starts[column] + widest + TREE.gap);
  }
  const lines = Math.max(0, ...items.map((item) => item.line)) + 1;
  const [width, height] = [starts[columns] - TREE.gap + 8, lines * TREE.line + TREE.top];
  const y = (/** @type {Placed} */ item) => TREE.top + item.line * TREE.line;
  const endOf = new Map(items.map((item, at) => [item, starts[item.column] + widths[at] - 12]));
  const links = items.map((item) => {
    const from = item.parent ? [endOf.get(item.parent) ?? 0, y(item.parent)] : [TREE.left, TREE.top];
    return link(item.node, /** @type {[number, number]} */ (from), [starts[item.column] - 6, y(item)]);
  });
  const nodes = items.map((item) => drawNode(item, starts[item.column], y(item), item.node.key === chosen));
  return svg("svg", { class: "tree", viewBox: `0 0 ${width} ${height}`, width, height },
    svg("circle", { class: "root", cx: TREE.left - 4, cy: TREE.top, r: 4 }),
    svg("g", { "aria-hidden": "true" }, ...links),
    svg("g", { role: "tree", "aria-label": "Token tree of the answer" }, ...nodes));
}

/** @param {TreeNode} node */
function kindOf(node) {
  const mark = node.kind === "token" ? MARK_CLASSES[node.mark] : "elsewhere";
  return `${mark}${node.said ? " said" : ""}`;
}

/**
 * @param {TreeNode} node
 * @param {[number, number]} from
 * @param {[number, number]} to
 */
function link(node, [x, y], [toX, toY]) {
  const middle = toX - TREE.gap / 2;
  const curve = y === toY ? `M${x} ${y}H${toX}` : `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`;
  return svg("path", { class: `link ${kindOf(node)}`, d: curve, "stroke-width": Math.max(1, node.joint * TREE.thick).toFixed(2) });
}

/** @param {TreeNode} node */
function labelOf(node) {
  return `${shortened(tokenText(node), 40)}  ${percent(node.joint)}`;
}

/**
 * @param {Placed} item
 * @param {number} x
 * @param {number} y
 * @param {boolean} chosen
 */
function drawNode(item, x, y, chosen) {
  const { node } = item;
  const folds = node.children.length > 0;
  const text = shortened(tokenText(node), 40);
  const width = textWidth(labelOf(node)) + 22;
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
