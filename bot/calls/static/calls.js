// A page with the line of calls: who may be called, what rings, and the page's own call.

import { CallPage } from "./call.js";
import { Line } from "./line.js";
import { Ring } from "./ring.js";

const at = (id) => document.getElementById(id);

const [root, available, state] = [at("calls"), at("available"), at("calls-state")];
const line = new Line(root.dataset.line);
const ring = new Ring(line);
const page = at("call") ? new CallPage() : null;

line.addEventListener("heard", ({ detail }) => {
  if (detail.type === "hello") {
    root.hidden = false;
    available.disabled = false;
    available.checked = detail.available;
    state.textContent = detail.available ? state.dataset.on : state.dataset.off;
  }
  if (detail.type === "over") down("over");
  ring.hear(detail);
  page?.hear(detail);
});
line.addEventListener("lost", () => down("lost"));
available.addEventListener("change", () => line.say({ type: "available", on: available.checked }));
line.open();

function down(why) {
  ring.lost();
  available.disabled = true;
  state.textContent = state.dataset[why];
}
