/* Keeps the day as it stands: asks for the page again every minute, and shows what changed.
 *
 * The focus stays where it is, and the list is left alone where nothing changed. Asking by itself is no use of the
 * session: one that nobody uses ends (bot/web/sessions.py).
 */

const EVERY_MS = 60 * 1000;

const at = (id, of = document) => of.getElementById(id);
let asked = Date.now();
let stale = false;

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", () => {
  if (Date.now() - asked > EVERY_MS) refresh();
});

async function refresh() {
  if (document.hidden) return;
  asked = Date.now();
  const page = await fetched();
  if (page) put(page);
  else if (!stale) say("stale");
  stale = !page;
}

/** The page as it is now; null where it does not come, or another comes in its place (the sign-in). */
async function fetched() {
  try {
    const answer = await fetch(location.href, { headers: { "X-Porina-Refresh": "1" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok && at("desk", page) ? page : null;
  } catch {
    return null;
  }
}

function put(page) {
  const [desk, now] = [at("desk"), at("desk", page)];
  const changed = desk.innerHTML !== now.innerHTML;
  Object.assign(at("news").dataset, at("news", page).dataset);
  if (changed) say("changed");
  else if (stale) at("news").textContent = "";
  if (!changed) return;
  const focused = desk.contains(document.activeElement) ? document.activeElement.id : "";
  desk.replaceChildren(...now.childNodes);
  if (focused) at(focused)?.focus({ preventScroll: true });
}

/** Tell, seen and read aloud, how far the list can be trusted. */
function say(what) {
  at("news").textContent = at("news").dataset[what];
}
