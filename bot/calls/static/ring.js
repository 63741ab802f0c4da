// The dialog in which a call rings, one call at a time, and what became of it.

import { Bell } from "./bell.js";

const MEANT = 700; // a key that was pressed for something else, just when the dialog came, accepts nothing

const at = (id) => document.getElementById(id);

export class Ring {
  #line;
  #dialog = at("ring");
  #bell = new Bell(this.#dialog.dataset.title);
  #calls = new Map(); // those that ring, by id
  #shown = null;
  #opened = 0;
  #accepting = null; // said again after a drop: whether it was heard is not known

  constructor(line) {
    this.#line = line;
    at("ring-accept").addEventListener("click", (event) => this.#accept(event));
    at("ring-decline").addEventListener("click", () => this.#decline());
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#decline();
    });
    setInterval(() => this.#count(), 500);
  }

  hear(message) {
    if (message.type === "hello" && this.#accepting) this.#line.say({ type: "accept", call: this.#accepting });
    if (message.type === "ring") this.#add(message);
    if (message.type === "accepted") location.assign(message.url);
    if (["taken", "ended", "busy"].includes(message.type)) this.#end(message);
  }

  /** Without a line nothing can be accepted; what still rings is told again when it is back. */
  lost() {
    this.#calls.clear();
    this.#show();
  }

  #add(message) {
    this.#calls.set(message.call, { ...message, until: performance.now() + message.left * 1000 });
    at("calls-news").textContent = "";
    if (!this.#shown) this.#show();
  }

  #end({ type, call, by }) {
    if (this.#accepting === call) this.#accepting = null;
    else if (!this.#calls.has(call)) return; // declined here
    this.#calls.delete(call);
    this.#show();
    const news = at("calls-news");
    news.textContent = news.dataset[type].replace("{by}", by);
  }

  #accept(event) {
    if (!this.#shown || (event.detail === 0 && performance.now() - this.#opened < MEANT)) return;
    this.#accepting = this.#shown;
    this.#line.say({ type: "accept", call: this.#shown });
    at("ring-accept").disabled = true;
  }

  #decline() {
    this.#line.say({ type: "decline", call: this.#shown });
    this.#calls.delete(this.#shown);
    this.#show();
  }

  /** The oldest call that rings, or none. */
  #show() {
    const [call] = this.#calls.values();
    if (call?.call === this.#shown) return;
    this.#shown = call?.call ?? null;
    if (!call) {
      this.#bell.stop();
      return this.#dialog.close();
    }
    for (const fact of this.#dialog.querySelectorAll("[data-fact]")) fact.textContent = call[fact.dataset.fact];
    at("ring-accept").disabled = false;
    this.#count();
    if (!this.#dialog.open) this.#dialog.showModal();
    at("ring-accept").focus();
    this.#opened = performance.now();
    this.#bell.start();
  }

  #count() {
    const call = this.#calls.get(this.#shown);
    if (!call) return;
    const seconds = Math.max(0, Math.ceil((call.until - performance.now()) / 1000));
    const left = at("ring-left");
    left.textContent = left.dataset.text.replace("{seconds}", seconds);
  }
}
