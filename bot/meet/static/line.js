// The line to the server: a WebSocket by which browsers find each other, and the messages beside the video.
//
// A broken line is opened again; the secret, which survives a reload by sessionStorage, makes its owner the same
// participant as before, and the last event heard (`seq`) is said, so that what was missed comes after it. What is said
// waits here until it is heard back. Signals do not wait: peers send again what got no answer (peer.js).
//
// Events: "heard" (detail: a message of the server) · "state" (detail: "open" | "lost") · "waiting" (the texts not heard
// back yet)

const STORE = "porina.meet";
const FASTEST = 300;
const SLOWEST = 10_000;
const PATIENCE = 10_000;
const PING = 20_000;
const ECHO = 1_500; // what was said just before the line broke comes back within this, or is said again
const LAST = ["put_out", "full", "over", "elsewhere"]; // after these there is no coming back by itself

export class Line extends EventTarget {
  #path;
  #kept; // under which name the secret is kept: the same in every language
  #socket = null;
  #secret = null;
  #seq = null;
  #said = [];
  #tries = 0;
  #retry = 0;
  #patience = 0;
  #answers = false; // whether the server answers a ping, so that silence means something
  #done = false;
  #told = null;

  constructor(path) {
    super();
    this.#path = path;
    this.#kept = path.split("?")[0];
    this.#secret = stored(this.#kept);
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
    socket.onopen = () => this.send({ type: "enter", secret: this.#secret, seq: this.#seq });
    socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data));
    socket.onclose = () => socket === this.#socket && this.#drop();
  }

  /** Send now, or not at all where the line is broken. */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Say something to everybody; it waits here until it is heard back. */
  say(text) {
    this.#said.push(text);
    this.#tellWaiting();
    if (this.#told === "open") this.send({ type: "say", text });
  }

  leave() {
    this.send({ type: "leave" });
    this.#end();
  }

  #hear(message) {
    clearTimeout(this.#patience);
    if (message.seq != null) this.#seq = Math.max(this.#seq ?? 0, message.seq);
    if (message.type === "pong") this.#answers = true;
    if (message.type === "hello") this.#welcome(message);
    const back = message.type === "said" && message.from === this.you;
    if (back || (message.type === "refused" && message.of === "say")) {
      this.#said.shift();
      this.#tellWaiting();
    }
    this.#emit("heard", message);
    if (LAST.includes(message.type)) this.#end();
  }

  #welcome({ you, secret }) {
    this.you = you;
    this.#tries = 0;
    this.#secret = secret;
    store(this.#kept, secret);
    this.#tell("open");
    const unheard = [...this.#said];
    setTimeout(() => {
      for (const text of unheard) if (this.#said.includes(text)) this.send({ type: "say", text });
    }, ECHO);
  }

  #ping() {
    if (this.#told !== "open") return this.#hurry();
    this.send({ type: "ping" });
    if (this.#answers) this.#wait();
  }

  #wait() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#drop(), PATIENCE);
  }

  /** Lost: try again after a while that doubles, with jitter so that a crowd does not return at once. */
  #drop() {
    if (this.#done) return;
    this.#hangUp();
    this.#tell("lost");
    const wait = Math.min(SLOWEST, FASTEST * 2 ** this.#tries++) * (0.5 + Math.random());
    this.#retry = setTimeout(() => this.open(), wait);
  }

  #hurry() {
    if (this.#done || this.#told !== "lost" || this.#socket) return;
    this.#tries = 0;
    this.open();
  }

  #end() {
    this.#done = true;
    store(this.#kept, "");
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#patience);
    socket?.close();
  }

  /** Close the socket without a word: its closing is not heard of again. */
  #hangUp() {
    clearTimeout(this.#patience);
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #tell(state) {
    if (state === this.#told) return;
    this.#told = state;
    this.#emit("state", state);
  }

  #tellWaiting() {
    this.#emit("waiting", [...this.#said]);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

// A browser without storage forgets over a reload; the meeting works all the same.

function store(path, secret) {
  try {
    if (secret) sessionStorage.setItem(STORE, JSON.stringify({ path, secret }));
    else sessionStorage.removeItem(STORE);
  } catch {
    // forgotten
  }
}

function stored(path) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE));
    return kept?.path === path ? kept.secret : null;
  } catch {
    return null;
  }
}
