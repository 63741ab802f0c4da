/* Tells before a session ends, and lets it go on. What is typed in a form stays where it is.
 *
 * A session ends some hours after its last request, and at last some hours after it began. Pages tell each other when
 * one of them has asked for something, so that none warns in vain. Time is read from the clock at each look: a machine
 * that slept fires its timers late.
 */

const WARN_MS = 5 * 60 * 1000;
const LOOK_MS = 5 * 1000;

/** Watch over the session of this page. `region` says how long it lasts, and its alerts are shown in it. */
export function watch(region) {
  const idle = Number(region.dataset.idle) * 1000;
  const others = new BroadcastChannel("porina-session");
  let last = Date.now() + Number(region.dataset.left) * 1000;
  let seen = Date.now();
  let shown = "";

  others.postMessage({ seen, last });
  others.addEventListener("message", ({ data }) => {
    ({ seen, last } = data);
    look();
  });
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);

  function look() {
    const now = Date.now();
    const left = Math.min(seen + idle, last) - now;
    if (left <= 0) show("session-over");
    else if (left > WARN_MS) show("");
    else show(last < seen + idle ? "session-last" : "session-soon");
  }

  function show(name) {
    if (name === shown) return;
    shown = name;
    region.replaceChildren(...(name ? [document.getElementById(name).content.cloneNode(true)] : []));
    region.querySelector("button")?.addEventListener("click", stay);
  }

  async function stay() {
    const answer = await fetch(region.dataset.url, { method: "POST" }).catch(() => null);
    if (answer?.status === 401) {
      last = 0;
    } else if (answer?.ok) {
      seen = Date.now();
      others.postMessage({ seen, last });
    }
    look();
  }
}
