// Rings: the title of the page changes in turns, and two short tones sound where the browser lets a page do so, which is
// after somebody has used it.

const EVERY = 2_000;
const TONES = [
  [740, 0],
  [880, 0.22],
];

export class Bell {
  #text;
  #title = document.title;
  #turns = 0;
  #sound = null;

  constructor(text) {
    this.#text = text;
  }

  start() {
    if (this.#turns) return;
    this.#title = document.title;
    this.#turn();
    this.#turns = setInterval(() => this.#turn(), EVERY);
  }

  stop() {
    if (!this.#turns) return;
    clearInterval(this.#turns);
    this.#turns = 0;
    document.title = this.#title;
  }

  #turn() {
    const told = `${this.#text} · ${this.#title}`;
    document.title = document.title === told ? this.#title : told;
    if (navigator.userActivation?.hasBeenActive) this.#beep();
  }

  #beep() {
    this.#sound ??= new AudioContext();
    for (const [pitch, after] of TONES) {
      const [tone, loudness] = [this.#sound.createOscillator(), this.#sound.createGain()];
      const begins = this.#sound.currentTime + after;
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.15, begins);
      loudness.gain.exponentialRampToValueAtTime(0.001, begins + 0.2);
      tone.connect(loudness).connect(this.#sound.destination);
      tone.start(begins);
      tone.stop(begins + 0.2);
    }
  }
}
