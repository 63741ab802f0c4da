// The input: grows with its text, keeps a draft over a reload, and says kindly when a message is too long.

import { stored, store } from "./keeping.js";
import { notice } from "./sight.js";
import { limit, locale, say } from "./words.js";

const DRAFT = "porina.draft";
const at = (id) => document.getElementById(id);
const input = at("text");
const number = new Intl.NumberFormat(locale);

/** Call `submit(text)` with each message. */
export function listen(submit) {
  at("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text || tooLong()) return input.focus();
    write("");
    submit(text);
    focus();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    at("say").requestSubmit();
  });
  input.addEventListener("input", () => {
    drafted();
    tooLong();
  });
  write(stored(DRAFT));
}

/** Put a refused message back, before what was written since. */
export function giveBack(text) {
  write(input.value ? `${text}\n${input.value}` : text);
}

export const focus = () => input.focus({ preventScroll: true });

function write(text) {
  input.value = text;
  drafted();
}

function drafted() {
  store(DRAFT, input.value);
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 3}px`;
}

function tooLong() {
  const length = [...input.value.trim()].length;
  const much = length > limit;
  if (much) {
    input.setAttribute("aria-invalid", "true");
    notice("note", say("too_long", { length: number.format(length), limit: number.format(limit) }));
  } else {
    input.removeAttribute("aria-invalid");
    at("note").hidden = true;
  }
  return much;
}
