// A page that was opened too early becomes the room when it is time. Time is read from the clock at each look: a machine
// that slept fires its timers late.

const LOOK = 5_000;
const opens = Date.now() + Number(document.getElementById("opens").dataset.in) * 1000;

const look = () => Date.now() >= opens && location.reload();

setInterval(look, LOOK);
document.addEventListener("visibilitychange", look);
