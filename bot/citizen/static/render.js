// How an activity looks: a message is a small document, a card of facts, choices.

import { element, link, markdown, reachable, safeAddress } from "./markdown.js";
import { fullTime, say, shortTime, spoken } from "./words.js";

const CARD = "application/vnd.microsoft.card.adaptive";

export const isMine = (activity) => activity.from?.role === "user";

/** The article of a message. `first`: it opens its speaker's turn, so it says who speaks. */
export function message(activity, first) {
  const mine = isMine(activity);
  const tag = spoken(activity.locale);
  const who = say(mine ? "you" : "bot");
  const body = element("div", { class: "body", lang: mine ? null : tag });
  if (mine) body.append(element("p", { class: "typed", dir: "auto" }, activity.text ?? ""));
  else body.append(...blocks(activity, tag));
  return element(
    "article",
    { class: `message ${mine ? "mine" : "bot"}${first ? " first" : ""}`, tabindex: "-1", "aria-label": who },
    element("p", { class: "who" }, first ? element("span", {}, who) : "", time(activity)),
    body,
  );
}

/** The server has what was written: its time counts, and an identity code was masked on the way. */
export function settled(article, activity) {
  article.querySelector(".typed").textContent = activity.text;
  article.querySelector("time").replaceWith(time(activity));
}

function time(activity) {
  const moment = activity.timestamp ? new Date(activity.timestamp) : new Date();
  return element("time", { datetime: moment.toISOString(), title: fullTime(moment) }, shortTime(moment));
}

function blocks(activity, tag) {
  const text = activity.text ?? "";
  const said = activity.textFormat === "plain" ? element("p", { class: "typed" }, ...reachable(text)) : markdown(text, tag);
  inTheirLanguages(said, activity.channelData?.porina?.spoken);
  const cards = (activity.attachments ?? []).filter((part) => part.contentType === CARD && part.content);
  return [said, ...cards.map((part) => card(part.content, tag))];
}

/** The first paragraphs may be in other languages than the message: `spoken` names them in order. */
function inTheirLanguages(said, spoken) {
  if (!Array.isArray(spoken)) return;
  [...said.children].slice(0, spoken.length).forEach((paragraph, at) => {
    paragraph.lang = String(spoken[at]);
    paragraph.dir = "auto";
  });
}

/** The Adaptive Card subset: TextBlock, FactSet and Action.OpenUrl, whose first is the one main button. */
function card(content, tag) {
  const box = element("div", { class: "card" });
  for (const part of content.body ?? []) {
    if (part.type === "TextBlock") {
      const text = element("div", { class: part.isSubtle ? "quiet" : null }, markdown(part.text ?? "", tag));
      if (/bolder/i.test(part.weight ?? "")) text.className = "title";
      box.append(text);
    }
    if (part.type === "FactSet") box.append(facts(part.facts ?? [], tag));
  }
  const ways = (content.actions ?? []).filter((action) => action.type === "Action.OpenUrl" && safeAddress(action.url));
  if (ways.length) box.append(element("p", { class: "row" }, ...ways.map((way, at) => button(way, at, tag))));
  return box;
}

function button(way, at, tag) {
  return link(safeAddress(way.url), way.title, tag, { class: at ? "away button quiet" : "away button" });
}

function facts(list, tag) {
  const rows = list.map(({ title, value }) => {
    const text = markdown(String(value ?? ""), tag);
    return element("div", {}, element("dt", {}, title), element("dd", {}, text));
  });
  return element("dl", { class: "facts" }, ...rows);
}

/** The choices under a message; `choose(text)` is called with the one taken. */
export function choices(activity, choose) {
  const tag = spoken(activity.locale);
  const group = element("div", { class: "row choices", role: "group", "aria-label": say("choices", {}, tag), lang: tag });
  let main = activity.channelData?.porina?.main;
  for (const action of activity.suggestedActions.actions) {
    const made = element("button", { type: "button", class: main ? "button" : "choice" }, action.title);
    main = false;
    made.addEventListener("click", () => choose(String(action.value ?? action.title)));
    group.append(made);
  }
  return group;
}

/** "Did this help?" under an answer; `tell("like" | "dislike")` is called once. */
export function feedback(activity, tell) {
  const tag = spoken(activity.locale);
  const question = element("p", { class: "feedback quiet", lang: tag }, say("helped", {}, tag));
  for (const [key, reaction] of [["yes", "like"], ["no", "dislike"]]) {
    const made = element("button", { type: "button", class: "plain" }, say(key, {}, tag));
    made.addEventListener("click", () => {
      thank(question);
      tell(reaction);
    });
    question.append(" ", made);
  }
  return question;
}

/** The question is answered: say thanks in its place. */
export function thank(question) {
  question.replaceChildren(say("thanks", {}, question.lang));
}
