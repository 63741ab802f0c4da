// The page of a call: counts down while it rings, and shows what became of it without being loaded anew.

const at = (id, of = document) => of.getElementById(id);

export class CallPage {
  #call = at("call");
  #from = performance.now();

  constructor() {
    setInterval(() => this.#count(), 500);
  }

  hear(message) {
    if (message.type === "call" && message.state !== this.#call.dataset.state) this.#refresh();
  }

  async #refresh() {
    const answer = await fetch(location.href, { headers: { "X-Porina-Refresh": "1" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = at("call", page);
    if (!answer.ok || !now) return;
    this.#call.replaceChildren(...now.childNodes);
    this.#call.dataset.state = now.dataset.state;
    document.title = page.title;
    const heading = page.querySelector("h1").textContent;
    document.querySelector("h1").textContent = heading;
    at("call-news").textContent = heading;
    this.#call.querySelector("[data-first]")?.focus();
  }

  #count() {
    const left = at("left");
    if (!left) return;
    const seconds = Math.max(0, Math.ceil(Number(left.dataset.left) - (performance.now() - this.#from) / 1000));
    left.textContent = left.dataset.text.replace("{seconds}", seconds);
  }
}
