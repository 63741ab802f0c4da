// Where the eye is: an answer is shown from its beginning, and who reads further up is not pulled away.

const at = (id) => document.getElementById(id);
const log = at("log");
const newest = at("newest");

/** Whether the reader is at the end of the talk, so that what comes may be scrolled to. */
export function nearEnd() {
  const last = log.lastElementChild;
  const floor = Math.max(at("desk").getBoundingClientRect().top, innerHeight * 0.6);
  return !last || last.getBoundingClientRect().bottom < floor + 120;
}

/** Scroll to the end of the talk; to the beginning of `node`, where one is given and it is longer than the screen. */
export function toEnd(node) {
  const end = at("tools").getBoundingClientRect().bottom - innerHeight;
  const beginning = node ? node.getBoundingClientRect().top - 16 : end;
  scrollBy({ top: Math.min(beginning, Math.max(end, 0)) });
}

/** Say that there is something new further down, until it is looked at. */
export function tellOfNews(there) {
  newest.hidden = !there;
}

function toNewest(event) {
  event.preventDefault();
  tellOfNews(false);
  const target = [...log.querySelectorAll(".bot")].pop() ?? log;
  target.scrollIntoView({ block: "start" });
  target.focus({ preventScroll: true });
}

at("to-newest").addEventListener("click", toNewest);
newest.addEventListener("click", toNewest);
addEventListener("scroll", () => nearEnd() && tellOfNews(false), { passive: true });

const leaving = new Map();

/** Show a line in its place; for `milliseconds`, where given. */
export function notice(id, text, milliseconds = 0) {
  clearTimeout(leaving.get(id));
  at(id).hidden = false;
  at(id).textContent = text;
  if (milliseconds) leaving.set(id, setTimeout(() => (at(id).hidden = true), milliseconds));
}
