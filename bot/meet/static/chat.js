// Messages beside the video. What is written is shown as the server has taken it; until then it says that it waits.

import { at, element, news } from "./page.js";
import { language, say, sentence } from "./words.js";

const clock = new Intl.DateTimeFormat(language === "en" ? "en-GB" : `${language}-FI`, {
  hour: "numeric",
  minute: "2-digit",
  timeZone: "Europe/Helsinki",
});

let unread = 0;
const waiting = element("div", { class: "pending" });

/** Call `send(text)` with what is written. */
export function listen(send) {
  at("said").after(waiting);
  at("open-chat").addEventListener("click", () => open(at("chat").hidden));
  at("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = at("text").value.trim();
    at("text").value = "";
    at("text").focus();
    if (text) send(text);
  });
  at("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    at("say").requestSubmit();
  });
}

/** Show what `name` said; `mine`: it was this person. */
export function said(name, { text, at: moment }, mine) {
  const who = element("p", { class: "quiet" }, element("b", {}, mine ? say("you") : name), " ", clock.format(new Date(moment)));
  at("said").append(element("article", { class: mine ? "line own" : "line" }, who, element("p", { class: "typed", dir: "auto" }, text)));
  at("said").scrollTop = at("said").scrollHeight;
  if (mine || !at("chat").hidden) return;
  count(unread + 1);
  news(sentence("said", { name }));
}

/** Show what is not taken yet. */
export function showWaiting(texts) {
  const lines = texts.map((text) => element("p", { class: "typed" }, text, " ", element("span", { class: "quiet" }, say("pending"))));
  waiting.replaceChildren(...lines);
}

function open(wanted) {
  at("chat").hidden = !wanted;
  at("open-chat").setAttribute("aria-expanded", String(wanted));
  document.body.classList.toggle("chatting", wanted);
  if (!wanted) return;
  count(0);
  at("text").focus();
}

function count(number) {
  unread = number;
  at("unread").textContent = number ? say("unread", { count: number }) : "";
}
