"use strict";
// The token tree of a question: which of its nodes are to be seen, and where they stand.

/** @typedef {{ parent: number[], prob: number[], text: string[], mark: number[], said: number[] }} TreeColumns */

/**
 * @typedef {object} TreeNode
 * @property {string} key unique in the tree
 * @property {string} text of its token
 * @property {number} joint probability of the path
 * @property {number} mark 0 off the right answer, 1 only openers, 2 within a right form, 3 one in full
 * @property {boolean} said
 * @property {boolean} best on the most probable path that is a right answer in full
 * @property {"token" | "elsewhere" | "more"} kind
 * @property {number} level from 1
 * @property {TreeNode | null} parent
 * @property {TreeNode[]} children
 * @property {boolean} open
 * @property {boolean} all all children are shown, not only the most probable
 * @property {number} hidden how many tokens a `more` stands for
 */

const SHOWN_CHILDREN = 7;
/** Branches of at least this much are unfolded, besides what was said and the best right path. */
const UNFOLDED = 0.12;
const RIGHT = 3;

/**
 * The nodes of a tree under one that stands for the beginning of the answer.
 * @param {TreeColumns} columns
 * @returns {TreeNode}
 */
function grown(columns) {
  const said = new Set(columns.said);
  const root = treeNode("root", null, { joint: 1, said: true });
  root.open = true;
  /** @type {TreeNode[]} */
  const nodes = [];
  columns.parent.forEach((place, at) => {
    const parent = place < 0 ? root : nodes[place];
    const joint = parent.joint * columns.prob[at];
    const node = treeNode(`n${at}`, parent, { joint, text: columns.text[at], mark: columns.mark[at], said: said.has(at) });
    node.open = joint >= UNFOLDED;
    parent.children.push(node);
    nodes.push(node);
  });
  for (const node of nodes) if (node.said && node.parent) node.parent.open = true;
  const right = nodes.filter((node) => node.mark === RIGHT);
  const heaviest = right.reduce((/** @type {TreeNode | null} */ best, node) => (best && best.joint >= node.joint ? best : node), null);
  for (let node = heaviest; node && node !== root; node = node.parent) {
    node.best = true;
    if (node.parent) node.parent.open = true;
  }
  return root;
}

/**
 * @param {string} key
 * @param {TreeNode | null} parent
 * @param {Partial<TreeNode>} values
 * @returns {TreeNode}
 */
function treeNode(key, parent, values) {
  return {
    key, parent, text: "", joint: 0, mark: 0, said: false, best: false, kind: "token", level: (parent?.level ?? 0) + 1,
    children: [], open: false, all: false, hidden: 0, ...values,
  };
}

/**
 * What is seen behind a node: its children, a node for more of them, and one for what none holds.
 * @param {TreeNode} node
 * @returns {TreeNode[]}
 */
function branches(node) {
  if (!node.open || !node.children.length) return [];
  const kept = node.children.filter((child, place) =>
    node.all || place < SHOWN_CHILDREN || child.said || child.best || (child.mark > 1 && child.joint >= 0.01));
  const hidden = node.children.length - kept.length;
  const held = node.children.reduce((sum, child) => sum + child.joint, 0);
  const behind = [...kept];
  if (hidden) {
    const joint = held - kept.reduce((sum, child) => sum + child.joint, 0);
    behind.push(treeNode(`${node.key}-more`, node, { kind: "more", joint, hidden }));
  }
  const left = node.joint - held;
  if (left >= 0.005) behind.push(treeNode(`${node.key}-else`, node, { kind: "elsewhere", joint: left }));
  return behind;
}

/** @typedef {{ node: TreeNode, line: number, column: number, parent: Placed | null, of: number, at: number }} Placed */

/**
 * Every visible node with its line and column, in reading order. The root is no line of its own.
 * @param {TreeNode} root
 * @param {boolean} outlined every node has a line of its own
 * @returns {Placed[]}
 */
function placed(root, outlined) {
  /** @type {Placed[]} */
  const found = [];
  let line = 0;
  /** @param {TreeNode} node @param {Placed | null} parent @param {number} column */
  function walk(node, parent, column) {
    const behind = branches(node);
    behind.forEach((child, at) => {
      if (at > 0 || (outlined && parent)) line += 1;
      const item = { node: child, line, column, parent, of: behind.length, at: at + 1 };
      found.push(item);
      walk(child, item, column + 1);
    });
  }
  walk(root, null, 0);
  return found;
}

/** How a token reads: its outer blanks are seen. @param {TreeNode} node */
function tokenText(node) {
  if (node.kind === "elsewhere") return node.parent?.mark === RIGHT ? "ends, or goes on" : "elsewhere";
  if (node.kind === "more") return `${node.hidden} more`;
  if (!node.text) return "(end)";
  const core = node.text.replace(/^ +| +$/g, "");
  const before = node.text.length - node.text.trimStart().length;
  const spaces = node.text.length - core.length;
  const left = Math.min(spaces, node.text.search(/[^ ]|$/), before || spaces);
  return `${"␣".repeat(left)}${visible(core)}${"␣".repeat(spaces - left)}`;
}
