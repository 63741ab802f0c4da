// The parts of the page: one of check, waiting room, room and end is shown, and what happens is said in one line.

import { say } from "./words.js";

export const at = (id) => document.getElementById(id);

/** An element with attributes and children; a child is a node or a text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value != null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const PARTS = ["check", "waiting", "inside", "ended"];

/** Show one part and hide the others; who moves by keyboard or by ear is taken there. */
export function show(part) {
  for (const each of PARTS) if (at(each)) at(each).hidden = each !== part;
  document.body.classList.toggle("meeting", part === "inside");
  at(`${part}-title`).focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** Show `text` in its place, or nothing where it is empty. */
export function tell(id, text) {
  at(id).hidden = !text;
  if (at(id).textContent !== text) at(id).textContent = text;
}

/** Say what happened. It stands there until something else happens. */
export function news(text) {
  at("news").textContent = text;
}

/** A switch of the room: pressed or not, and in words for the eye. */
export function press(id, on) {
  at(id).setAttribute("aria-pressed", String(on));
  const state = at(id).querySelector(".state");
  if (state) state.textContent = say(on ? "on" : "off");
}
