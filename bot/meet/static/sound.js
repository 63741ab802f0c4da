// What is heard: how loud the microphone is, a test sound, and the voices of the others through the chosen speaker.

const EVERY = 100;
const LOUD = 0.08;
const SILENT_AFTER = 8_000;

/** Whether speakers can be chosen in this browser. */
export const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;

/** Measure the loudness of `track` into `show(level)`, 0 to 1; `told("heard" | "silent")` once each. Returns how to end it. */
export function listenTo(track, show, told) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  const begun = Date.now();
  let said = "";
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, each) => sum + each * each, 0) / samples.length;
    const level = Math.min(1, Math.sqrt(power) * 4);
    show(level);
    const heard = level > LOUD ? "heard" : !said && Date.now() - begun > SILENT_AFTER ? "silent" : said;
    if (heard !== said && said !== "heard") told((said = heard));
  }, EVERY);
  return () => {
    clearInterval(timer);
    context.close();
  };
}

/** Two soft notes from the speaker `sink`. */
export async function testSound(sink) {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const player = new Audio();
  player.srcObject = out.stream;
  if (sink && canChooseSpeaker) await player.setSinkId(sink).catch(() => {});
  for (const [at, pitch] of [[0, 523], [0.45, 659]]) {
    const note = context.createOscillator();
    const loudness = context.createGain();
    const from = context.currentTime + at;
    note.frequency.value = pitch;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(0.3, from + 0.03);
    loudness.gain.linearRampToValueAtTime(0, from + 0.4);
    note.connect(loudness).connect(out);
    note.start(from);
    note.stop(from + 0.45);
  }
  await player.play().catch(() => {});
  setTimeout(() => context.close(), 1500);
}

/** The voices: one player a person, all by one speaker. `blocked(true)` when the browser wants a click first. */
export class Voices {
  #players = new Map();
  #sink;
  #blocked;

  constructor(sink, blocked) {
    this.#sink = sink;
    this.#blocked = blocked;
  }

  /** Let the person `id` be heard by `track`; null: no more. */
  set(id, track) {
    let player = this.#players.get(id);
    if (!track) {
      if (player) player.srcObject = null;
      this.#players.delete(id);
      return;
    }
    if (player?.srcObject?.getTracks()[0] === track) return;
    if (!player) {
      player = new Audio();
      this.#players.set(id, player);
      if (this.#sink && canChooseSpeaker) player.setSinkId(this.#sink).catch(() => {});
    }
    player.srcObject = new MediaStream([track]);
    this.#play(player);
  }

  /** Try all again, at a click. */
  play() {
    this.#blocked(false);
    for (const player of this.#players.values()) this.#play(player);
  }

  #play(player) {
    player.play().catch(({ name }) => name === "NotAllowedError" && this.#blocked(true));
  }
}
