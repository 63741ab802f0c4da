// The others in the room, one connection each (a full mesh of at most six), and what all of them are sent.
//
// Events: "changed" (detail: the id of somebody whose tracks, state or connection changed)

import { Peer } from "./peer.js";

const ALL = 2_400_000; // bits a second for pictures to everybody together
const MOST = 1_200_000; // to one

export class Peers extends EventTarget {
  #me = "";
  #servers = [];
  #peers = new Map();
  #send;
  #devices;
  audioOnly = false;

  /** `send(to, body)` brings a signal to somebody. */
  constructor(devices, send) {
    super();
    this.#devices = devices;
    this.#send = send;
    devices.addEventListener("changed", () => this.update());
  }

  /** Who this is, and through which servers others are reached. Another person than before has none of their connections. */
  begin(me, servers) {
    if (me !== this.#me) this.end();
    this.#me = me;
    this.#servers = servers;
  }

  get all() {
    return [...this.#peers.values()];
  }

  get(id) {
    return this.#peers.get(id);
  }

  /** Have a connection to each of `ids` and to nobody else. `offers`: this is the newcomer. */
  keep(ids, offers) {
    for (const id of this.#peers.keys()) if (!ids.includes(id)) this.#close(id);
    for (const id of ids) if (!this.#peers.has(id)) this.#add(id, offers);
    this.#share();
  }

  /** A signal of somebody; of a stranger too, whose coming has not been told yet. */
  take(from, body) {
    (this.#peers.get(from) ?? this.#add(from, false)).take(body);
  }

  /** Send to all what there is to send now. */
  update() {
    for (const peer of this.#peers.values()) peer.update();
  }

  end() {
    for (const id of [...this.#peers.keys()]) this.#close(id);
  }

  /** What is sent: the screen in the picture's place, the sound, the papers. */
  get sending() {
    const { camera, microphone, papers, screen } = this.#devices.tracks;
    const picture = screen ?? (this.audioOnly ? null : camera);
    const shown = this.audioOnly ? null : papers;
    const state = {
      microphone: Boolean(microphone?.enabled),
      picture: screen ? "screen" : picture ? "camera" : "",
      papers: Boolean(shown),
      audioOnly: this.audioOnly,
    };
    return { sound: microphone, picture, papers: shown, state };
  }

  #add(id, offers) {
    const polite = this.#me < id; // of two, the smaller id
    const peer = new Peer({ polite, servers: this.#servers, sending: () => this.sending, offers });
    this.#peers.set(id, peer);
    peer.addEventListener("signal", ({ detail }) => this.#send(id, detail));
    peer.addEventListener("heard", () => this.#changed(id));
    peer.addEventListener("linked", () => {
      this.#share();
      this.#changed(id);
    });
    return peer;
  }

  #close(id) {
    this.#peers.get(id).close();
    this.#peers.delete(id);
    this.#changed(id);
  }

  #share() {
    const bits = Math.min(MOST, Math.floor(ALL / Math.max(1, this.#peers.size)));
    for (const peer of this.#peers.values()) if (peer.linked) peer.limit(bits);
  }

  #changed(id) {
    this.dispatchEvent(new CustomEvent("changed", { detail: id }));
  }
}
