// Whether the network carries pictures: looked at every two seconds, and bad when it was so for ten.

const EVERY = 2_000;
const BAD_FOR = 10_000;
const LOST = 0.1; // of the packets that the other side should have got
const NARROW = 150_000; // bits a second that the browser believes it can send

/** Call `thin()` when a picture is sent to `peers()` and one of the lines has been too thin for long. */
export function watchLines(peers, sendsPictures, thin) {
  let since = 0;
  return setInterval(async () => {
    const linked = sendsPictures() ? peers().filter(({ linked: is }) => is) : [];
    const bad = (await Promise.all(linked.map(isThin))).some(Boolean);
    since = bad ? since || Date.now() : 0;
    if (!since || Date.now() - since < BAD_FOR) return;
    since = 0;
    thin();
  }, EVERY);
}

async function isThin(peer) {
  const stats = [...(await peer.stats()).values()];
  const chosen = stats.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  const pair = stats.find(({ id }) => id === chosen);
  const lost = stats.some(({ type, fractionLost }) => type === "remote-inbound-rtp" && fractionLost > LOST);
  return lost || pair?.availableOutgoingBitrate < NARROW;
}
