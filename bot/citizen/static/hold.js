// The time that is kept for the citizen: how long still, and the way to have it longer (WCAG 2.2.1).
//
// The server says until when, by its own clock: how far that is ahead of ours is seen from what it has just said. The
// line is read when one likes; aloud it is told twice only, a minute before the end and at the end.

import { store, stored } from "./keeping.js";
import { say } from "./words.js";

const AHEAD = "porina.ahead"; // the server's clock less ours, in milliseconds
const SOON = 60;
const ENDS = ["booking", "confirmed", "greeting"]; // kinds of messages that say so where a time is still kept
const STEP = matchMedia("(prefers-reduced-motion: reduce)").matches ? 10 : 1;

const at = (id) => document.getElementById(id);
let until = 0;
let phase = "";
let ticking = 0;

/** What the bot says tells whether a time is kept. `history`: it said so before this page was opened. */
export function watch(activity, history) {
  const { hold, kind } = activity.channelData?.porina ?? {};
  if (!history && activity.timestamp) store(AHEAD, String(Date.parse(activity.timestamp) - Date.now()));
  if (hold) show(Date.parse(hold.until) - Number(stored(AHEAD)));
  else if (ENDS.includes(kind)) unwatch();
}

/** No time is kept (any more). */
export function unwatch() {
  clearInterval(ticking);
  at("hold").hidden = true;
  at("hold-told").textContent = "";
}

/** Call `ask(text)` with the words that ask for more time. */
export function onMore(ask) {
  at("hold-more").addEventListener("click", () => ask(say("hold_more")));
}

function show(end) {
  unwatch();
  until = end;
  phase = "";
  at("hold").hidden = false;
  tick();
  ticking = setInterval(tick, 1000);
}

function tick() {
  const left = Math.max(0, Math.ceil((until - Date.now()) / 1000 / STEP) * STEP);
  const now = left > SOON ? "calm" : left ? "soon" : "over";
  at("hold-left").textContent = left ? still(left) : say("hold_over");
  if (phase && now !== phase && now !== "calm") at("hold-told").textContent = left ? say("hold_soon") : say("hold_over");
  phase = now;
  if (!left) clearInterval(ticking);
}

function still(left) {
  const [minutes, seconds] = [Math.floor(left / 60), left % 60];
  return minutes ? say("hold_left", { minutes, seconds }) : say("hold_seconds", { seconds });
}
