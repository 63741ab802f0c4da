// The meeting: first the check of devices, then the waiting room, then the room, then the end. What comes by the line
// is shown; what is done on the page goes to the line, to the devices and to the others.

import { listen, said, showWaiting } from "./chat.js";
import { check } from "./check.js";
import { control, showControls } from "./controls.js";
import { Devices } from "./devices.js";
import { Line } from "./line.js";
import { at, element, news, show, tell } from "./page.js";
import { Peers } from "./peers.js";
import { Voices } from "./sound.js";
import { watchLines } from "./thin.js";
import { Mine, Others } from "./tiles.js";
import { capital, path, role, say, sentence } from "./words.js";

const devices = new Devices();
at("check").hidden = false;
const ready = check(devices);
if (path) ready.then(enter);

function enter() {
  let me = "";
  let inside = false;
  let people = [];
  let chosen = false; // whether it was the person who chose pictures though the network is slow
  const names = new Map(); // those who left too, for what they said

  const line = new Line(path);
  const peers = new Peers(devices, (to, body) => line.send({ type: "signal", to, body }));
  const voices = new Voices(devices.chosen.speaker, (blocked) => (at("silent").hidden = !blocked));
  const others = new Others((id) => line.send({ type: "put_out", id }));
  const mine = new Mine();
  const soundOnly = control(devices, peers, look);
  const watching = watchLines(() => peers.all, () => peers.sending.state.picture === "camera", tooThin);

  // what is heard

  const hear = {
    hello({ you, state, people: list, ice }) {
      if (you !== me) inside = false;
      me = you;
      peers.begin(me, ice);
      if (at("news").textContent === say("connecting")) news("");
      if (state === "in") goIn();
      else if (at("waiting").hidden) show("waiting");
      gather(list, true);
    },
    people: ({ people: list }) => gather(list, false),
    signal: ({ from, body }) => inside && peers.take(from, body),
    said: (message) => said(names.get(message.from) ?? say("somebody"), message, message.from === me),
    refused: ({ of }) => of !== "signal" && news(say("refused")),
    put_out: () => end("put_out"),
    full: () => end("full"),
    over: () => end("over"),
    elsewhere: () => end("elsewhere"),
  };
  line.addEventListener("heard", ({ detail }) => hear[detail.type]?.(detail));
  line.addEventListener("waiting", ({ detail }) => showWaiting(detail));
  line.addEventListener("state", ({ detail }) => {
    const lost = detail === "lost";
    const wasLost = !at("lost").hidden;
    for (const id of ["lost", "waiting-lost"]) tell(id, lost ? say("lost") : "");
    if (!lost && wasLost) news(say("restored"));
  });

  /** The list of who is here, always whole. `newcomer`: this line has just come, so it offers to all. */
  function gather(list, newcomer) {
    let offers = newcomer;
    if (!inside && list.some(({ id, state }) => id === me && state === "in")) {
      goIn();
      news(say("let_in"));
      offers = true;
    }
    const before = people;
    people = named(list.filter(({ id }) => id !== me));
    for (const { id, name } of people) names.set(id, name);
    if (!inside) return tellOfHosts();
    tellOfChanges(before, newcomer);
    peers.keep(here().map(({ id }) => id), offers);
    showWaiters();
    look();
  }

  /** Who is in; whoever is away stays, since the pictures go on without the line. */
  function here() {
    return people.filter(({ id, state }) => state === "in" || (state === "away" && peers.get(id)));
  }

  function goIn() {
    if (inside) return;
    inside = true;
    show("inside");
    keepAwake();
  }

  function tellOfHosts() {
    const there = people.some(({ role: is, state }) => is === "host" && state !== "away");
    tell("host", say(there ? "host_here" : "host_not_here"));
  }

  function tellOfChanges(before, newcomer) {
    const was = new Map(before.map((person) => [person.id, person]));
    const is = new Set(people.map(({ id }) => id));
    for (const { id, name, state } of people) {
      const old = was.get(id)?.state;
      if (state === "waiting" && !old && role === "host") news(sentence("waits", { name }));
      if (!newcomer && state === "in" && (!old || old === "waiting")) news(sentence("came", { name }));
    }
    for (const { id, name } of before) if (!newcomer && !is.has(id)) news(sentence("left", { name }));
  }

  function showWaiters() {
    if (role !== "host") return;
    const waiters = people.filter(({ state }) => state === "waiting");
    const kept = new Map([...at("waiting-ones").children].map((each) => [each.dataset.id, each]));
    at("waiters").hidden = !waiters.length;
    for (const [id, item] of kept) if (!waiters.some((each) => each.id === id)) item.remove();
    for (const { id, name } of waiters) {
      if (kept.has(id)) continue;
      const button = element("button", { type: "button", class: "button", "aria-label": say("admit_one", { name }) }, say("admit"));
      button.addEventListener("click", () => line.send({ type: "admit", id }));
      at("waiting-ones").append(element("li", { "data-id": id }, element("span", {}, capital(name)), " ", button));
    }
  }

  // what is seen and heard of people

  function look() {
    if (!inside) return;
    const present = people.filter(({ id }) => peers.get(id));
    others.keep(present.map(({ id }) => id));
    for (const person of present) {
      const peer = peers.get(person.id);
      others.show(person, peer, peers.audioOnly);
      voices.set(person.id, peer.tracks.sound);
    }
    mine.show(devices.tracks);
    showControls(devices.tracks, peers.audioOnly);
  }

  peers.addEventListener("changed", ({ detail: id }) => {
    if (!peers.get(id)) voices.set(id, null);
    look();
  });

  function tooThin() {
    if (chosen) return;
    chosen = true; // once; who wants pictures after that has them
    soundOnly(true, "thin");
  }

  /** A telephone that goes to sleep would end the talk. */
  function keepAwake() {
    if (inside && !document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  }

  // what is done

  listen((text) => line.say(text));
  at("listen").addEventListener("click", () => voices.play());
  document.addEventListener("visibilitychange", keepAwake);
  for (const button of document.querySelectorAll("[data-leave]")) {
    button.addEventListener("click", () => {
      line.leave();
      end("left");
    });
  }

  function end(why) {
    inside = false;
    clearInterval(watching);
    peers.end();
    others.keep([]);
    devices.close("camera", "microphone", "papers", "screen");
    at("ended-title").textContent = say(`ended_${why}`);
    at("ended-about").textContent = say(`ended_${why}_about`);
    at("return").hidden = why === "over";
    show("ended");
  }

  if (role === "citizen") {
    tell("host", say("connecting"));
    show("waiting");
  } else {
    show("inside");
    news(say("connecting"));
  }
  line.open();
}

/** People with names to tell them apart: two with the same one are numbered. */
function named(list) {
  const seen = new Map();
  return list.map((person) => {
    const number = (seen.get(person.name) ?? 0) + 1;
    seen.set(person.name, number);
    return number > 1 ? { ...person, name: `${person.name} ${number}` } : person;
  });
}
