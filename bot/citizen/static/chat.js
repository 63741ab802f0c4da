// The desk of the city page: what is written goes to the line, what is heard goes to the log.

import { onMore, unwatch, watch } from "./hold.js";
import { store, stored } from "./keeping.js";
import { Line } from "./line.js";
import { element } from "./markdown.js";
import { choices, feedback, isMine, message, settled, thank } from "./render.js";
import { nearEnd, notice, tellOfNews, toEnd } from "./sight.js";
import { language, locale, say } from "./words.js";
import { focus, giveBack, listen } from "./writing.js";

const GREETED = "porina.greeted"; // the language of a talk in which nothing but the greeting was said yet
const PAGE = "porina.page"; // the language of the page that this tab had last
const THINKING_AFTER = 400;
const THINKING_AT_MOST = 30_000;

const at = (id) => document.getElementById(id);
const log = at("log");
const line = new Line(locale);
const written = new Map(); // client id → article of what the citizen wrote
const answers = new Map(); // activity id → article of an answer
let history = false;
let switched = false; // the citizen came here by another language's link, in the middle of a talk
let thinking = 0;

const clientId = (activity) => activity.channelData?.clientActivityID;
const words = (name, kind, text) => element(name, { class: kind }, text);

// what is heard

line.addEventListener("activity", ({ detail: activity }) => {
  if (activity.type === "typing" && !isMine(activity)) think(0);
  if (activity.type === "messageReaction") reacted(activity);
  if (activity.type === "event") closeChoices(); // the open question is asked again in the language switched to
  if (activity.type !== "message") return;
  if (isMine(activity)) hearMine(activity);
  else hearBot(activity);
});

line.addEventListener("history", ({ detail }) => {
  history = detail === "begin";
  log.setAttribute("aria-live", history ? "off" : "polite"); // what was read once is not read again
  if (history) return;
  showWaiting();
  toEnd();
  if (switched) line.send({ type: "event", name: "language", value: language });
  switched = false;
});

line.addEventListener("state", ({ detail }) => {
  const lost = detail === "lost";
  const wasLost = !at("connection").hidden;
  if (lost) think(null);
  if (lost || wasLost) notice("connection", say(lost ? "lost" : "restored"), lost ? 0 : 3000);
});

line.addEventListener("renewed", ({ detail: shown }) => {
  log.append(words("p", "notice between", say(shown ? "renewed" : "renewed_unseen")));
});

line.addEventListener("waiting", ({ detail }) => {
  const article = written.get(clientId(detail));
  think(null);
  if (!article || article.classList.contains("waiting")) return;
  article.classList.add("waiting");
  article.querySelector(".who").append(words("span", "wait", say("waiting")));
});

line.addEventListener("busy", () => notice("note", say("busy"), 10_000));

line.addEventListener("refused", ({ detail }) => {
  written.get(clientId(detail))?.remove();
  think(null);
  if (detail.type !== "message") return;
  giveBack(detail.text);
  notice("note", say("refused"), 10_000);
});

function hearMine(activity) {
  const known = written.get(clientId(activity));
  if (known) {
    known.classList.remove("waiting");
    known.querySelector(".wait")?.remove();
    settled(known, activity);
  } else written.set(clientId(activity), append(activity));
}

function hearBot(activity) {
  const follow = nearEnd();
  think(null);
  const article = append(activity);
  answers.set(activity.id, article);
  if (activity.suggestedActions?.actions?.length) article.append(choices(activity, choose));
  if (activity.channelData?.porina?.feedback) {
    article.append(feedback(activity, (type) => react(activity.id, type)));
  }
  watch(activity, history);
  if (history) return;
  if (follow) toEnd(article);
  else tellOfNews(true);
}

function reacted(activity) {
  const question = answers.get(activity.replyToId)?.querySelector(".feedback");
  if (question) thank(question);
}

function append(activity) {
  if (isMine(activity)) closeChoices();
  const kind = isMine(activity) ? "mine" : "bot";
  const article = message(activity, !log.lastElementChild?.classList.contains(kind));
  log.append(article);
  return article;
}

function closeChoices() {
  for (const open of log.querySelectorAll(".choices")) open.remove();
}

/** What was written before a reload and the server has not got yet. */
function showWaiting() {
  for (const waiting of line.outbox) {
    if (waiting.type === "message" && !written.has(clientId(waiting))) written.set(clientId(waiting), append(waiting));
  }
}

/** Still dots after `wait` milliseconds, until the answer; null: no more. */
function think(wait) {
  clearTimeout(thinking);
  const dots = at("thinking");
  if (wait === null || history) return dots.replaceChildren();
  thinking = setTimeout(() => {
    if (!dots.textContent) {
      const still = [1, 2, 3].map(() => element("i"));
      dots.append(element("span", { class: "dots", "aria-hidden": "true" }, ...still));
      dots.append(words("span", "unseen", say("thinking")));
      if (nearEnd()) toEnd();
    }
    thinking = setTimeout(() => think(null), THINKING_AT_MOST);
  }, wait);
}

// what is written

function submit(text) {
  const activity = line.send({ type: "message", text, textFormat: "plain" });
  store(GREETED, "");
  written.set(clientId(activity), append(activity));
  tellOfNews(false);
  toEnd();
  think(THINKING_AFTER);
}

function choose(text) {
  submit(text);
  settle();
}

function react(answer, type) {
  line.send({ type: "messageReaction", replyToId: answer, reactionsAdded: [{ type }] });
  settle();
}

/** Focus after a button that is gone: the input, or the newest line where that would open a screen keyboard. */
function settle() {
  if (matchMedia("(pointer: coarse)").matches) log.lastElementChild?.focus({ preventScroll: true });
  else focus();
}

// tools

at("person").addEventListener("click", () => choose(say("person")));

at("times").addEventListener("click", ({ currentTarget }) => {
  currentTarget.setAttribute("aria-pressed", String(log.classList.toggle("timed")));
});

at("save").addEventListener("click", async () => {
  try {
    const address = `/api/v1/conversations/${encodeURIComponent(line.conversation)}/transcript?lang=${language}`;
    const file = URL.createObjectURL(await (await line.get(address)).blob());
    const day = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Helsinki" });
    element("a", { href: file, download: `${say("file")}-${day}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(file), 60_000);
    notice("note", say("saved"), 5000);
  } catch {
    notice("note", say("not_saved"), 10_000);
  }
});

at("again").addEventListener("click", () => at("again-ask").showModal());

at("again-ask").addEventListener("close", ({ currentTarget }) => {
  if (currentTarget.returnValue === "yes") begin(true);
  currentTarget.returnValue = "";
  focus();
});

/** Go on with this tab's talk; a `fresh` one where that is wished, or where all it has is a greeting in another language. */
function begin(fresh) {
  const greeted = stored(GREETED);
  const before = stored(PAGE);
  store(PAGE, language);
  log.replaceChildren();
  written.clear();
  answers.clear();
  unwatch();
  think(null);
  line.start(fresh || (greeted && greeted !== language));
  switched = Boolean(line.conversation && before && before !== language);
  if (line.conversation) return; // its history comes first
  store(GREETED, language);
  showWaiting();
}

at("desk").hidden = at("tools").hidden = false;
listen(submit);
onMore(choose);
begin(false);
