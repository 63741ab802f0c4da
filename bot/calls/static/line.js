// The line of calls: a WebSocket by which this page is known to be open and hears of calls.
//
// A broken line is opened again; what rings is then told anew, and what was pressed meanwhile is said again (ring.js).
//
// Events: "heard" (detail: a message of the server) · "lost"

const FASTEST = 300;
const SLOWEST = 10_000;
const PING = 20_000;
const PATIENCE = 10_000;

export class Line extends EventTarget {
  #path;
  #socket = null;
  #tries = 0;
  #retry = 0;
  #patience = 0;
  #over = false;

  constructor(path) {
    super();
    this.#path = path;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#drop());
    document.addEventListener("visibilitychange", () => document.hidden || this.#ping());
    setInterval(() => this.#ping(), PING);
  }

  open() {
    clearTimeout(this.#retry);
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${this.#path}`);
    this.#socket = socket;
    this.#wait();
    socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data));
    socket.onclose = () => socket === this.#socket && this.#drop();
  }

  /** Say now, or not at all where the line is broken. */
  say(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #hear(message) {
    clearTimeout(this.#patience);
    this.#tries = 0;
    this.#over = message.type === "over";
    this.dispatchEvent(new CustomEvent("heard", { detail: message }));
  }

  #ping() {
    if (!this.#socket) return this.#hurry();
    this.say({ type: "ping" });
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#drop(), PATIENCE);
  }

  /** Lost: try again after a while that doubles, with jitter so that a crowd does not return at once. */
  #drop() {
    clearTimeout(this.#patience);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    if (this.#over) return;
    this.dispatchEvent(new CustomEvent("lost"));
    clearTimeout(this.#retry);
    const wait = Math.min(SLOWEST, FASTEST * 2 ** this.#tries++) * (0.5 + Math.random());
    this.#retry = setTimeout(() => this.open(), wait);
  }

  #hurry() {
    if (this.#socket || this.#over) return;
    this.#tries = 0;
    this.open();
  }
}
