// The switches of the room: microphone, camera, screen, papers, sound only.

import { at, news, press } from "./page.js";
import { say } from "./words.js";

/** Let the switches work on `devices` and `peers`; `changed()` after each. Returns how to go over to sound only. */
export function control(devices, peers, changed) {
  let hadCamera = false; // before sound only

  const open = async (kind) => {
    const problem = await devices.open(kind);
    if (problem) news(say(problem));
    return !problem;
  };

  async function soundOnly(on, told) {
    if (on) hadCamera = Boolean(devices.tracks.camera);
    peers.audioOnly = on;
    if (on) devices.close("camera", "papers");
    else if (hadCamera) await open("camera");
    peers.update();
    changed();
    news(say(told ?? (on ? "audio_only" : "pictures_back")));
  }

  at("use-microphone").addEventListener("click", async () => {
    const { microphone } = devices.tracks;
    if (microphone) devices.mute(microphone.enabled);
    else await open("microphone");
  });

  at("use-camera").addEventListener("click", async () => {
    if (devices.tracks.camera) return devices.close("camera");
    if (peers.audioOnly) await soundOnly(false);
    if (!devices.tracks.camera) await open("camera");
  });

  at("share").addEventListener("click", async () => {
    if (devices.tracks.screen) devices.close("screen");
    else if (!(await devices.share())) return;
    news(say(devices.tracks.screen ? "sharing" : "sharing_over"));
  });

  at("use-papers").addEventListener("click", async () => {
    if (devices.tracks.papers) {
      devices.close("papers");
      return news(say("papers_off"));
    }
    const second = await devices.second();
    if (!second) return news(say("no_second"));
    if (peers.audioOnly) await soundOnly(false);
    devices.chosen.papers = second.deviceId;
    if (await open("papers")) news(say("papers_on"));
  });

  at("audio-only").addEventListener("click", () => soundOnly(!peers.audioOnly));

  const offer = async () => {
    at("share").hidden = !navigator.mediaDevices?.getDisplayMedia;
    at("use-papers").hidden = (await devices.list()).camera.length < 2;
  };
  devices.addEventListener("devices", offer);
  devices.addEventListener("changed", () => {
    offer();
    changed();
  });
  devices.addEventListener("gone", ({ detail }) => {
    if (detail === "screen") news(say("sharing_over"));
    else news(say(detail === "microphone" ? "unplugged_microphone" : "unplugged_camera"));
  });
  offer();
  return soundOnly;
}

/** Show how the switches stand. */
export function showControls({ camera, microphone, papers, screen }, audioOnly) {
  press("use-microphone", Boolean(microphone?.enabled));
  press("use-camera", Boolean(camera));
  press("share", Boolean(screen));
  press("use-papers", Boolean(papers));
  press("audio-only", audioOnly);
}
