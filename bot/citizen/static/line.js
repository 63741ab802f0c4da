// The line to the bot: a small Direct Line 3.0 client that loses nothing and says nothing twice.
//
// What is written waits in `outbox` until the server has it, under an id of its own, so that sending again is the same
// message; what is heard is told once, by its id. A broken socket is opened again from the last watermark. A token is
// refreshed at half its life; where it ran out meanwhile (a sleeping phone) a new conversation is opened and what was
// waiting goes there. Survives a reload by sessionStorage.
//
// Events: "activity" (detail: the activity) · "state" ("open" | "lost") · "history" ("begin" | "end") ·
// "renewed" · "waiting" and "refused" (detail: the client's own activity) · "busy"

import { store, stored } from "./keeping.js";

const BASE = "/v3/directline";
const STORE = "porina";
const SLOWEST = 30_000;
const PATIENCE = 15_000;
const ECHO = 5_000;
const NAP = 60_000;

class Problem extends Error {
  constructor(status, retryAfter) {
    super(`status ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  get over() {
    return [401, 403, 404].includes(this.status);
  }

  get refused() {
    return this.status >= 400 && this.status < 500 && ![408, 429].includes(this.status);
  }
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Line extends EventTarget {
  #kept = { outbox: [] }; // what survives a reload: token, half and end of its life, conversation, outbox
  #locale;
  #seen = new Set();
  #watermark = "";
  #socket = null;
  #tries = 0;
  #retry = 0;
  #connecting = false;
  #hiddenAt = 0;
  #sending = false;
  #told = null;

  constructor(locale) {
    super();
    this.#locale = locale;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#drop());
    document.addEventListener("visibilitychange", () => this.#looked());
    setInterval(() => this.#keepFresh(), 20_000);
  }

  get conversation() {
    return this.#kept.conversation;
  }

  /** Go on with this tab's conversation, or open one. `fresh`: forget it and open a new one. */
  start(fresh = false) {
    this.#kept = { outbox: [], ...(fresh ? {} : JSON.parse(stored(STORE) || "{}")) };
    this.#hangUp();
    this.#watermark = "";
    return this.#connect();
  }

  /** Send an activity; it gets its client id and waits here until the server has it. */
  send(activity) {
    const channelData = { ...activity.channelData, clientActivityID: newId() };
    const waiting = { from: { id: "citizen", role: "user" }, locale: this.#locale, ...activity, channelData };
    this.#kept.outbox.push(waiting);
    this.#keep();
    this.#flush();
    return waiting;
  }

  /** The activities that wait to be sent. */
  get outbox() {
    return this.#kept.outbox;
  }

  /** An authorised GET of one of the service's own addresses. Throws where it fails. */
  async get(address) {
    await this.#keepFresh();
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${this.#kept.token}` } });
    if (!answer.ok) throw new Problem(answer.status);
    return answer;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #keep() {
    store(STORE, JSON.stringify(this.#kept));
  }

  async #call(method, path, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.#kept.token) headers.Authorization = `Bearer ${this.#kept.token}`;
    const answer = await fetch(BASE + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) throw new Problem(answer.status, Number(answer.headers.get("Retry-After")) * 1000);
    return answer.json();
  }

  #hold({ token, expires_in: seconds }) {
    this.#kept.token = token;
    this.#kept.half = Date.now() + seconds * 500;
    this.#keep();
  }

  /** Refresh the token where half its life is over, also after a sleep. One that ran out is noticed at its next use. */
  async #keepFresh() {
    if (!this.#kept.token || Date.now() < this.#kept.half) return;
    const { token } = this.#kept;
    try {
      const fresh = await this.#call("POST", "/tokens/refresh");
      if (token === this.#kept.token) this.#hold(fresh);
    } catch (problem) {
      if (problem.over && token === this.#kept.token) this.#renew();
    }
  }

  async #connect() {
    if (this.#connecting) return;
    this.#connecting = true;
    clearTimeout(this.#retry);
    await this.#keepFresh();
    const kept = this.#kept;
    try {
      const { streamUrl } = await (kept.conversation ? this.#resume() : this.#open());
      if (kept === this.#kept) this.#listen(streamUrl);
    } catch (problem) {
      if (kept === this.#kept) {
        if (problem.over && kept.token) this.#renew();
        else this.#later(problem.retryAfter);
      }
    } finally {
      this.#connecting = false;
    }
    if (kept !== this.#kept) await this.#connect();
  }

  async #open() {
    const kept = this.#kept;
    this.#hold(await this.#call("POST", "/tokens/generate"));
    const opened = await this.#call("POST", "/conversations", { user: {}, locale: this.#locale });
    kept.conversation = opened.conversationId;
    if (kept === this.#kept) this.#hold(opened);
    return opened;
  }

  async #resume() {
    const path = `/conversations/${encodeURIComponent(this.#kept.conversation)}`;
    if (!this.#watermark) {
      this.#emit("history", "begin");
      try {
        for (let set = { activities: [0] }; set.activities.length; ) {
          set = await this.#call("GET", `${path}/activities?watermark=${this.#watermark}`);
          this.#hear(set);
        }
      } finally {
        this.#emit("history", "end");
      }
    }
    return this.#call("GET", `${path}?watermark=${this.#watermark}`);
  }

  /** The token ran out or the conversation is gone: a new one, to which goes what still waits. */
  #renew() {
    this.#hangUp();
    if (this.#kept.conversation) this.#emit("renewed", this.#watermark !== "");
    this.#kept = { outbox: this.#kept.outbox };
    this.#watermark = "";
    this.#keep();
    if (this.#tries++) this.#later();
    else this.#connect();
  }

  #listen(streamUrl) {
    const { pathname, search } = new URL(streamUrl);
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${pathname}${search}`);
    const patience = setTimeout(() => socket.close(), PATIENCE);
    this.#hangUp();
    this.#socket = socket;
    socket.onopen = () => {
      clearTimeout(patience);
      this.#tell("open");
      this.#flush();
    };
    socket.onmessage = ({ data }) => data && this.#hear(JSON.parse(data));
    socket.onclose = () => {
      clearTimeout(patience);
      if (socket === this.#socket) this.#later();
    };
  }

  #hear({ activities, watermark }) {
    this.#tries = 0;
    for (const activity of activities ?? []) {
      if (activity.id) {
        if (this.#seen.has(activity.id)) continue;
        this.#seen.add(activity.id);
      }
      this.#emit("activity", activity);
    }
    if (watermark) this.#watermark = watermark;
  }

  /** Send what waits, in its order, one at a time. */
  async #flush() {
    if (this.#sending) return;
    this.#sending = true;
    await this.#keepFresh();
    const kept = this.#kept;
    try {
      while (kept.outbox.length && kept.conversation) await this.#post(kept, kept.outbox[0]);
    } catch (problem) {
      if (kept !== this.#kept) return;
      if (problem.over) this.#renew();
      else if (problem.status === 429 && problem.retryAfter) {
        this.#emit("busy");
        pause(problem.retryAfter).then(() => this.#flush());
      } else {
        for (const waiting of kept.outbox) this.#emit("waiting", waiting);
        this.#drop();
      }
    } finally {
      this.#sending = false;
    }
  }

  async #post(kept, waiting) {
    const done = () => {
      kept.outbox.splice(kept.outbox.indexOf(waiting), 1);
      if (kept === this.#kept) this.#keep();
    };
    try {
      const path = `/conversations/${encodeURIComponent(kept.conversation)}/activities`;
      const { id } = await this.#call("POST", path, waiting);
      done();
      this.#tries = 0;
      pause(ECHO).then(() => kept === this.#kept && !this.#seen.has(id) && this.#drop()); // a socket that died unheard
    } catch (problem) {
      if (!problem.refused || problem.over) throw problem;
      done();
      this.#emit("refused", waiting);
    }
  }

  /** Close the socket without a word: its closing is not a loss. */
  #hangUp() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #drop() {
    this.#hangUp();
    this.#later();
  }

  /** Lost: try again after a while that doubles, with jitter so that a crowd does not return at once. */
  #later(wait) {
    this.#tell("lost");
    clearTimeout(this.#retry);
    const backoff = Math.min(SLOWEST, 500 * 2 ** this.#tries++) * (0.5 + Math.random());
    this.#retry = setTimeout(() => this.#connect(), Math.max(wait || 0, backoff));
  }

  /** The network or the page is back: no waiting. */
  #hurry() {
    this.#keepFresh();
    if (this.#told !== "lost") return;
    this.#tries = 0;
    this.#connect();
  }

  /** A page that slept may hold a socket that is dead without knowing it: take a new one. */
  #looked() {
    if (document.hidden) this.#hiddenAt = Date.now();
    else if (Date.now() - this.#hiddenAt > NAP) this.#connect();
    else this.#hurry();
  }

  #tell(state) {
    if (state === this.#told) return;
    this.#told = state;
    this.#emit("state", state);
  }
}
