// Pictures of people with their names. Where there is no picture, the name stands in its place.

import { at, element } from "./page.js";
import { capital, role, say, sentence } from "./words.js";

export class Tile {
  #video;
  #plain;
  #instead = element("span");
  #note;

  /** `name`: who it is, to begin a line with; `extra`: what else stands under the picture. */
  constructor(name, ...extra) {
    this.#video = element("video", { playsinline: "" });
    this.#video.muted = true; // voices are heard apart from pictures (sound.js)
    this.#plain = element("p", { class: "plain-tile" }, element("b", { "aria-hidden": "true" }, name), " ", this.#instead);
    this.#note = element("span", { class: "note quiet" });
    const caption = element("figcaption", {}, element("b", {}, name), " ", this.#note, ...extra);
    this.node = element("figure", { class: "tile" }, this.#video, this.#plain, caption);
  }

  /** Show `track`, or where it is null `instead`. `label`: what the picture is of; `note`: what is said beside the name. */
  show(track, { label = "", instead = "", note = "" } = {}) {
    this.#video.hidden = !track;
    this.#plain.hidden = Boolean(track);
    this.#video.setAttribute("aria-label", label);
    if (this.#instead.textContent !== instead) this.#instead.textContent = instead;
    if (this.#note.textContent !== note) this.#note.textContent = note;
    const shown = this.#video.srcObject?.getTracks()[0] ?? null;
    if (shown === track) return;
    this.#video.srcObject = track && new MediaStream([track]);
    if (track) this.#video.play().catch(() => {});
  }
}

/** The others' tiles: one a person, and one more for papers that somebody shows. */
export class Others {
  #tiles = new Map();
  #putOut;

  /** `putOut(id)`: a host takes somebody out of the room. */
  constructor(putOut) {
    this.#putOut = putOut;
  }

  /** Show `person` by what their `peer` brings. */
  show(person, peer, audioOnly) {
    const { name } = person;
    const { sound, picture, papers } = peer.tracks;
    const { state } = peer;
    const shown = peer.linked && state.picture && !audioOnly ? picture : null;
    const screen = state.picture === "screen";
    const tile = this.#tile(person.id, () => new Tile(capital(name), ...this.#tools(person)));
    tile.node.classList.toggle("wide", Boolean(shown) && screen);
    tile.show(shown, {
      label: sentence(screen ? "screen_of" : "picture_of", { name }),
      instead: peer.linked ? say("no_picture") : say(peer.isBlocked ? "blocked" : "linking"),
      note: person.state === "away" ? say("away") : state.microphone && sound ? "" : peer.linked ? say("muted") : "",
    });
    const key = `${person.id} papers`;
    if (!(peer.linked && state.papers && !audioOnly)) this.#remove(key);
    else this.#tile(key, () => wide(new Tile(sentence("papers_of", { name })))).show(papers, { label: sentence("papers_of", { name }) });
    this.#count();
  }

  /** Forget everybody but `ids`. */
  keep(ids) {
    for (const key of [...this.#tiles.keys()]) if (!ids.includes(key.split(" ")[0])) this.#remove(key);
    this.#count();
  }

  #tile(key, make) {
    if (!this.#tiles.has(key)) {
      const tile = make();
      this.#tiles.set(key, tile);
      at("others").append(tile.node);
    }
    return this.#tiles.get(key);
  }

  #remove(key) {
    this.#tiles.get(key)?.node.remove();
    this.#tiles.delete(key);
  }

  #count() {
    at("others").dataset.count = this.#tiles.size;
    at("alone").hidden = this.#tiles.size > 0;
  }

  #tools({ id, name }) {
    if (role !== "host") return [];
    const button = element("button", { type: "button", class: "plain", "aria-label": say("put_out_one", { name }) }, say("put_out"));
    button.addEventListener("click", () => this.#putOut(id));
    return [button];
  }
}

/** This person's own pictures, small: the camera, and the papers to see how they lie. */
export class Mine {
  #own = new Tile(say("you"));
  #papers = null;

  show({ camera, papers, microphone }) {
    this.#own.show(camera, {
      label: say("picture_of", { name: say("you") }),
      instead: say("no_picture"),
      note: microphone?.enabled ? "" : say("muted"),
    });
    if (papers) this.#papers ??= new Tile(say("papers_of", { name: say("you") }));
    else this.#papers = null;
    this.#papers?.show(papers, { label: say("papers_of", { name: say("you") }) });
    const wanted = [this.#own, this.#papers].filter(Boolean).map(({ node }) => node);
    if (at("mine").childElementCount !== wanted.length) at("mine").replaceChildren(...wanted);
    this.#own.node.classList.add("own");
  }
}

function wide(tile) {
  tile.node.classList.add("wide");
  return tile;
}
