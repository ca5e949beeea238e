"use strict";
// What every page has: themes, pictures to save, commands to copy.

/** Gives each command a button that copies it. */
function offerCommands() {
  for (const block of document.querySelectorAll(".command")) {
    const command = block.querySelector("code")?.textContent ?? "";
    const button = html("button", { type: "button", class: "quiet" }, "Copy");
    button.addEventListener("click", async () => {
      const copied = await copyText(command, /** @type {HTMLElement} */ (block));
      button.textContent = copied ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    block.append(button);
  }
}

/**
 * Copies a text; where the browser does not let it, selects it for the person.
 * @param {string} text
 * @param {HTMLElement} block
 */
async function copyText(text, block) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(/** @type {Node} */ (block.querySelector("code")));
    return false;
  }
}

document.documentElement.classList.replace("plain", "live");
themes();
offerFigures();
offerCommands();
