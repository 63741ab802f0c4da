// The check of one's devices before one goes in: the own picture, the loudness of the microphone, which devices to use.

import { unable } from "./devices.js";
import { at, element, tell } from "./page.js";
import { canChooseSpeaker, listenTo, testSound } from "./sound.js";
import { say } from "./words.js";

const CHOICES = ["camera", "microphone", "papers", "speaker"];

/** Let the devices be tried; resolves when the person wants to go in. */
export function check(devices) {
  let stop = null; // ends the measuring of the microphone
  let measured = null;

  const enter = new Promise((resolve) => {
    const go = async (...kinds) => {
      devices.close(...["camera", "microphone"].filter((kind) => !kinds.includes(kind)));
      const closed = kinds.filter((kind) => !devices.tracks[kind]);
      if (closed.length) {
        const problem = await devices.open(...closed);
        if (problem && !closed.some((kind) => devices.tracks[kind])) return told(problem);
      }
      stop?.();
      resolve();
    };
    at("join")?.addEventListener("click", () => go(...["camera", "microphone"].filter((kind) => devices.tracks[kind])));
    at("join-without")?.addEventListener("click", () => go("microphone"));
    at("join-bare")?.addEventListener("click", () => go());
  });

  at("allow").addEventListener("click", async () => {
    tell("problem", "");
    tell("heard", say("asking"));
    told(await devices.open("camera", "microphone"));
  });
  at("test").addEventListener("click", () => testSound(devices.chosen.speaker));
  for (const kind of CHOICES) {
    at(kind).addEventListener("change", async ({ target }) => told(await devices.choose(kind, target.value)));
  }
  devices.addEventListener("changed", look);
  devices.addEventListener("devices", look);
  devices.addEventListener("gone", ({ detail }) => !at("check").hidden && tell("problem", say(`unplugged_${detail}`)));

  const lacking = unable();
  if (lacking) told(lacking);

  function told(problem) {
    tell("problem", problem && say(problem));
    const { camera, microphone } = devices.tracks;
    const tried = Boolean(problem || camera || microphone);
    const usable = Boolean(camera || microphone);
    const focused = document.activeElement === at("allow");
    at("allow").hidden = (camera && microphone) || unable() !== "";
    at("allow").textContent = tried ? say("again") : at("allow").textContent;
    at("allow").classList.toggle("quiet", usable);
    at("allow-hint").hidden = tried;
    if (at("join")) {
      at("join").hidden = !usable;
      at("join-without").hidden = !window.RTCPeerConnection || (tried && !(camera && microphone));
      at("join-bare").hidden = !window.RTCPeerConnection || !problem || usable;
      if (focused && usable && at("allow").hidden) at("join").focus();
    }
    if (!microphone) tell("heard", "");
    look();
  }

  async function look() {
    if (at("check").hidden) return;
    const { camera, microphone } = devices.tracks;
    mirror(camera);
    measure(microphone);
    if (!camera && !microphone) return;
    const found = await devices.list();
    offer("camera", camera ? found.camera : [], camera);
    offer("microphone", microphone ? found.microphone : [], microphone);
    offer("speaker", canChooseSpeaker ? found.speaker : []);
    const second = await devices.second();
    const used = camera?.getSettings().deviceId;
    offer("papers", found.camera.length > 2 ? found.camera.filter(({ deviceId }) => deviceId !== used) : [], null, second);
    at("test").hidden = false;
  }

  function mirror(camera) {
    at("mirror").hidden = !camera;
    at("no-mirror").hidden = Boolean(camera);
    if (at("mirror").srcObject?.getTracks()[0] === camera) return;
    at("mirror").srcObject = camera && new MediaStream([camera]);
    if (camera) at("mirror").play().catch(() => {});
  }

  function measure(microphone) {
    if (microphone === measured) return;
    measured = microphone;
    stop?.();
    stop = null;
    at("hearing").hidden = !microphone;
    if (!microphone) return;
    tell("heard", say("speak"));
    stop = listenTo(microphone, (level) => (at("level").value = level), (heard) => tell("heard", say(heard)));
  }

  return enter;
}

/** The devices to choose from, where there is a choice. */
function offer(kind, found, track, second) {
  const chosen = track?.getSettings().deviceId ?? second?.deviceId;
  const label = kind === "papers" ? "camera" : kind;
  const options = found.map(({ deviceId, label: own }, place) =>
    element("option", { value: deviceId }, own || say(label, { number: place + 1 })),
  );
  at(`${kind}-field`).hidden = found.length < 2;
  at(kind).replaceChildren(...options);
  if (chosen) at(kind).value = chosen;
}
