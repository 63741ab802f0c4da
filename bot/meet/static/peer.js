// The connection to one other person: perfect negotiation (W3C WebRTC 1.0, 10.7), for people who come, drop and return.
//
// The newcomer offers, who was there answers; both may offer again later (an ICE restart). Of two that offer at once the
// polite one yields. Every connection has an id in its descriptions (the session id of SDP's `o=` line, RFC 8829 5.2.1):
// a new one means that the other side has begun anew (a reload), and so does this side. A first offer that crosses
// another is not rolled back: the polite side takes a new connection, so that both have the same three lines, in order:
// sound, picture, papers. What the lines carry at the moment is told by a data channel, which needs no server.
//
// Events: "signal" (detail: what the other side has to get) · "heard" (its tracks or its state changed) ·
// "linked" (detail: whether media can flow)

const LINES = ["audio", "video", "video"];
const KINDS = ["sound", "picture", "papers"];
const DISCONNECTED = 4_000;
const LOOK = 4_000;
const PATIENCE = 12_000; // a connection that does not come about is begun anew
const LONG = 20_000; // until it is said that there is none

export class Peer extends EventTarget {
  tracks = { sound: null, picture: null, papers: null };
  state = { microphone: true, picture: "", papers: false, audioOnly: false };
  linked = false;
  #polite;
  #servers;
  #sending;
  #pc = null;
  #channel = null;
  #session = null; // of the other side's connection
  #making = false;
  #begun = 0;
  #waits = Date.now(); // since when there is no connection
  #offered = 0; // when the offer was sent that has no answer yet
  #broken = 0;
  #closed = false;
  #signals = Promise.resolve();
  #looking;

  /**
   * `sending()`: the tracks { sound, picture, papers } that are to be sent, or null, and the `state` that tells of them.
   * `offers`: this is the newcomer.
   */
  constructor({ polite, servers, sending, offers }) {
    super();
    this.#polite = polite;
    this.#servers = servers;
    this.#sending = sending;
    if (offers) this.#offer();
    else this.#begin();
    this.#looking = setInterval(() => this.#look(), LOOK);
  }

  /** Whether there is no connection although it was tried for long. */
  get isBlocked() {
    return !this.linked && Date.now() - this.#waits > LONG;
  }

  /** What came from the other side, in its order. */
  take(body) {
    this.#signals = this.#signals.then(() => this.#take(body)).catch(() => {}); // what went wrong, #look mends
  }

  /** Send what there is to send now, and tell of it. */
  update() {
    this.#carry();
    if (this.#channel?.readyState === "open") this.#channel.send(JSON.stringify(this.#sending().state));
  }

  /** Let the picture take at most `bits` a second. */
  limit(bits) {
    const sender = this.#pc.getTransceivers()[1]?.sender;
    const settings = sender?.getParameters();
    if (!settings?.encodings?.length || settings.encodings[0].maxBitrate === bits) return;
    settings.encodings[0].maxBitrate = bits;
    sender.setParameters(settings).catch(() => {});
  }

  stats() {
    return this.#pc.getStats();
  }

  close() {
    this.#closed = true;
    clearInterval(this.#looking);
    this.#pc.close();
  }

  #offer() {
    this.#begin();
    const together = [new MediaStream()]; // sound and picture of one stream are kept in step
    LINES.forEach((line, place) => {
      this.#pc.addTransceiver(line, { direction: "sendrecv", streams: place < 2 ? together : [] });
    });
    this.#open();
    this.#carry();
  }

  #begin() {
    this.#pc?.close();
    const pc = new RTCPeerConnection({ iceServers: this.#servers });
    this.#pc = pc;
    this.#channel = null;
    this.#session = null;
    this.#making = false;
    this.#offered = this.#broken = 0;
    this.#begun = Date.now();
    this.#link(false);
    pc.onnegotiationneeded = () => this.#describe(pc);
    pc.onicecandidate = ({ candidate }) => candidate && pc === this.#pc && this.#emit("signal", { candidate });
    pc.ontrack = ({ transceiver, track }) => {
      if (pc !== this.#pc) return;
      this.tracks[KINDS[pc.getTransceivers().indexOf(transceiver)]] = track;
      this.#emit("heard");
    };
    pc.oniceconnectionstatechange = () => {
      const state = pc.iceConnectionState;
      this.#broken = state === "disconnected" ? Date.now() : 0;
      if (state === "failed") pc.restartIce();
      if (state === "disconnected") setTimeout(() => this.#broken && pc.restartIce(), DISCONNECTED);
    };
    pc.onconnectionstatechange = () => pc === this.#pc && this.#link(pc.connectionState === "connected");
  }

  /** The channel of states; its number is agreed, so that both sides open it. */
  #open() {
    const channel = this.#pc.createDataChannel("state", { negotiated: true, id: 0 });
    this.#channel = channel;
    channel.onopen = () => this.update();
    channel.onmessage = ({ data }) => {
      this.state = { ...this.state, ...JSON.parse(data) };
      this.#carry();
      this.#emit("heard");
    };
  }

  #carry() {
    const { sound, picture, papers } = this.#sending();
    const tracks = this.state.audioOnly ? [sound, null, null] : [sound, picture, papers];
    this.#pc.getTransceivers().forEach(({ sender }, place) => {
      if (sender.track !== tracks[place]) sender.replaceTrack(tracks[place]).catch(() => {});
    });
  }

  async #describe(pc) {
    try {
      this.#making = true;
      await pc.setLocalDescription();
      if (pc !== this.#pc) return;
      this.#offered = Date.now();
      this.#emit("signal", { description: pc.localDescription });
    } finally {
      if (pc === this.#pc) this.#making = false;
    }
  }

  async #take({ description, candidate }) {
    if (this.#closed) return;
    if (description?.type === "offer") await this.#answer(description);
    else if (description) await this.#accept(description);
    else if (candidate) await this.#reach(candidate);
  }

  async #answer(offer) {
    const session = sessionOf(offer);
    const anew = session !== this.#session;
    const crossed = this.#making || this.#pc.signalingState !== "stable";
    if (crossed && !this.#polite && (!anew || !this.#session)) return; // ours counts
    if (anew && (this.#session || crossed)) this.#begin();
    const pc = this.#pc;
    await pc.setRemoteDescription(offer);
    this.#session = session;
    if (!this.#channel) this.#join(pc);
    await pc.setLocalDescription();
    if (pc === this.#pc) this.#emit("signal", { description: pc.localDescription });
  }

  /** Use the lines that the other side has offered. */
  #join(pc) {
    const together = new MediaStream();
    pc.getTransceivers().forEach((transceiver, place) => {
      transceiver.direction = "sendrecv";
      if (place < 2) transceiver.sender.setStreams?.(together);
    });
    this.#open();
    this.#carry();
  }

  async #accept(answer) {
    if (this.#pc.signalingState !== "have-local-offer") return; // to an offer that was taken back
    await this.#pc.setRemoteDescription(answer);
    this.#session = sessionOf(answer);
  }

  /** A candidate of a connection that is gone is left out. */
  async #reach(candidate) {
    const { sdp } = this.#pc.remoteDescription ?? { sdp: "" };
    const ours = sdp.includes(`a=ice-ufrag:${candidate.usernameFragment}`);
    if (sdp && (ours || !candidate.usernameFragment)) await this.#pc.addIceCandidate(candidate);
  }

  /** An offer without an answer is sent again; a connection that does not come about is begun anew. */
  #look() {
    const now = Date.now();
    if (this.linked) return;
    if (this.isBlocked) this.#emit("heard");
    if (now - this.#begun > PATIENCE * (this.#polite ? 1.5 : 1)) this.#offer();
    else if (this.#pc.signalingState === "have-local-offer" && now - this.#offered >= LOOK) {
      this.#offered = now;
      this.#emit("signal", { description: this.#pc.localDescription });
    }
  }

  #link(linked) {
    if (linked === this.linked) return;
    this.linked = linked;
    if (!linked) this.#begun = this.#waits = Date.now();
    this.#emit("linked", linked);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

const sessionOf = ({ sdp }) => /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? null;
