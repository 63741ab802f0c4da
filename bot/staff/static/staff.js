/* What staff's pages gain from a script; all of them work without it. */

import { watch } from "./session.js";

for (const link of document.querySelectorAll("a[data-shows]")) replaceWithToggle(link);
for (const button of document.querySelectorAll("button[data-copy]")) copies(button);

const region = document.getElementById("session");
if (region) watch(region);

/** The link shows the password by asking for the page again; a button does it in place and keeps what was typed. */
function replaceWithToggle(link) {
  const input = document.getElementById(link.dataset.shows);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = link.dataset.label;
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.addEventListener("click", () => show(input.type === "password"));
  show(input.type === "text");
  link.replaceWith(button);
}

/** Copies the text of the element it names, and says so. */
function copies(button) {
  const source = document.getElementById(button.dataset.copy);
  const told = document.getElementById(`${button.dataset.copy}-copied`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    told.textContent = told.dataset.text;
  });
}
