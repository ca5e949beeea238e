"use strict";
// Light, dark, or as the system says.

const THEMES = ["auto", "light", "dark"];

/** Lets the person choose the theme; nothing is stored. */
function themes() {
  const group = byId("themes");
  const radios = THEMES.map((name) => {
    const radio = html("input", { type: "radio", name: "theme", value: name, onchange: () => setTheme(name) });
    if (name === "auto") radio.setAttribute("checked", "");
    return html("label", {}, radio, html("span", {}, name));
  });
  group.append(...radios);
}

/** @param {string} name */
function setTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}
