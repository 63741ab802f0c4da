/* How long the time is still kept. The server decides; this only tells, and the buttons work without it.
 *
 * The countdown is no live region: a screen reader would speak every second. A minute before the end it is said once.
 */

const SOON_S = 60;

const at = (id) => document.getElementById(id);
const { seconds, left, soon, over } = at("hold").dataset;
const ends = Date.now() + Number(seconds) * 1000;
let told = "";

const ticking = setInterval(tick, 1000);
at("left").hidden = false;
tick();

function tick() {
  const rest = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  at("left").textContent = left.replace("{minutes}", Math.floor(rest / 60)).replace("{seconds}", rest % 60);
  if (rest <= SOON_S) tell(rest ? soon : over);
  if (!rest) clearInterval(ticking);
}

function tell(text) {
  if (text !== told) at("soon").textContent = told = text;
}
