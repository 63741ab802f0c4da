// Cameras and microphones of this machine: opened when they are wanted, closed when not, so that their light goes out.
//
// Kinds: "camera", "microphone", "papers" (a second camera that shows papers), "screen".
// Events: "changed" (detail: the kind whose track came or went) · "gone" (detail: the kind that ended by itself) ·
// "devices" (something was plugged in or out)

const PICTURE = { width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { ideal: 24, max: 30 } };
const WANTED = {
  camera: { video: PICTURE },
  papers: { video: { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 10, max: 15 } } },
  microphone: { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
};
const MEDIUM = { camera: "video", papers: "video", microphone: "audio" };
const DETAIL = ["papers", "screen"]; // letters matter more than movement

export class Devices extends EventTarget {
  tracks = { camera: null, microphone: null, papers: null, screen: null };
  chosen = { camera: "", microphone: "", papers: "", speaker: "" };

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener("devicechange", () => this.dispatchEvent(new CustomEvent("devices")));
  }

  /** Open what is in `kinds`. What is missing or in use does not keep the rest from opening; the problem's word, or "". */
  async open(...kinds) {
    const lacking = unable();
    if (lacking) return lacking;
    try {
      await this.#take(kinds);
      return "";
    } catch (error) {
      const problem = named(error);
      if (kinds.length < 2 || problem === "denied") return word(problem, kinds);
      const problems = [];
      for (const kind of kinds) problems.push(await this.open(kind));
      return problems.every(Boolean) ? problem : problems.find(Boolean) ?? "";
    }
  }

  /** Use the device `id` for `kind` from now on; the problem's word, or "". */
  async choose(kind, id) {
    this.chosen[kind] = id;
    if (!this.tracks[kind]) return "";
    this.close(kind); // many machines cannot open one camera beside another
    return this.open(kind);
  }

  /** Ask which screen or window to show. False where none was chosen. */
  async share() {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } } });
      this.#keep("screen", stream.getVideoTracks()[0]);
      return true;
    } catch {
      return false;
    }
  }

  /** Whether the open microphone is heard. Muting keeps it open, so that it is back at once. */
  mute(quiet) {
    if (!this.tracks.microphone) return;
    this.tracks.microphone.enabled = !quiet;
    this.#emit("changed", "microphone");
  }

  close(...kinds) {
    for (const kind of kinds) {
      const track = this.tracks[kind];
      if (!track) continue;
      this.tracks[kind] = null;
      track.stop();
      this.#emit("changed", kind);
    }
  }

  /** What there is: cameras, microphones and speakers with id and label; without permission labels are empty. */
  async list() {
    const found = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    const of = (kind) => found.filter((each) => each.kind === kind && each.deviceId);
    return { camera: of("videoinput"), microphone: of("audioinput"), speaker: of("audiooutput") };
  }

  /** The camera for papers: the one chosen, else the last that is not the camera in use; null where there is none. */
  async second() {
    const { camera } = await this.list();
    const used = this.tracks.camera?.getSettings().deviceId ?? this.chosen.camera;
    const others = camera.filter((each) => each.deviceId !== used);
    return others.find((each) => each.deviceId === this.chosen.papers) ?? others.at(-1) ?? null;
  }

  async #take(kinds) {
    const asked = {};
    for (const kind of kinds) {
      const medium = MEDIUM[kind];
      const exact = this.chosen[kind] ? { deviceId: { exact: this.chosen[kind] } } : {};
      asked[medium] = { ...WANTED[kind][medium], ...exact };
    }
    const stream = await navigator.mediaDevices.getUserMedia(asked);
    for (const kind of kinds) {
      this.#keep(kind, (MEDIUM[kind] === "video" ? stream.getVideoTracks() : stream.getAudioTracks())[0]);
    }
  }

  #keep(kind, track) {
    this.tracks[kind]?.stop();
    this.tracks[kind] = track;
    if (DETAIL.includes(kind)) track.contentHint = "detail";
    track.onended = () => {
      if (this.tracks[kind] !== track) return;
      this.tracks[kind] = null;
      this.#emit("changed", kind);
      this.#emit("gone", kind);
    };
    this.#emit("changed", kind);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Why this page can have no camera at all, or "". */
export function unable() {
  if (!window.isSecureContext) return "insecure";
  return navigator.mediaDevices?.getUserMedia && window.RTCPeerConnection ? "" : "unsupported";
}

/** What an error of getUserMedia means (W3C Media Capture and Streams, 10.2). */
function named({ name }) {
  if (["NotAllowedError", "SecurityError"].includes(name)) return "denied";
  if (["NotFoundError", "OverconstrainedError"].includes(name)) return "missing";
  if (["NotReadableError", "AbortError"].includes(name)) return "busy";
  return "failed";
}

function word(problem, kinds) {
  if (kinds.length > 1 || problem === "failed") return problem;
  if (problem === "denied") return "denied_one";
  return `${problem}_${kinds[0] === "microphone" ? "microphone" : "camera"}`;
}
