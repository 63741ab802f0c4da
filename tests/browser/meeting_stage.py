"""People in an appointment's room, each with a browser of their own; its camera is chromium's moving test picture."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import needs
from aiohttp import ClientSession
from crash.product import Product, start
from databases import POSTGRESQL, fresh, let_go
from playwright.async_api import Browser, BrowserContext, Page, expect
from served import stocked
from sqlalchemy import Connection, update
from staff_stage import session_cookie
from stage import CLOSES_S

from services.accounts.acts import add, set_title
from services.accounts.rules import Role
from services.accounts.sessions import begin
from services.accounts.setting_up import set_up
from services.appointments.records import find
from services.appointments.tables import appointments
from services.database import Database

# The second of chromium's test cameras is a depth sensor, whose pictures WebRTC does not take; the third is one again.
FAKE = "--use-fake-device-for-media-stream=device-count=3"
GRANT = "--use-fake-ui-for-media-stream"
TITLE = {"fi": "pysäköintineuvoja", "sv": "parkeringsrådgivare", "en": "parking adviser"}
FLAGS = (FAKE, GRANT, "--allow-loopback-in-peer-connection", "--no-sandbox")

# Every remote picture there should be has changed often enough to be moving; looked at from now on.
MOVING = """async (count) => {
  const pen = new OffscreenCanvas(64, 48).getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  const moves = (video) => {
    if (!video.videoWidth) return false;
    pen.drawImage(video, 0, 0, 64, 48);
    const pictures = seen.get(video) ?? new Set();
    seen.set(video, pictures.add(pen.getImageData(0, 0, 64, 48).data.join()));
    return pictures.size > 3;
  };
  for (const until = performance.now() + 30_000; performance.now() < until; ) {
    const videos = [...document.querySelectorAll("#others video:not([hidden])")];
    if (videos.map(moves).filter(Boolean).length === count && videos.length === count) return true;
    await new Promise((done) => setTimeout(done, 40));
  }
  return false;
}"""

# Keeps the page's connections in sight; with a `policy`, they are made by it.
WATCHED = """
  window.connections = [];
  const Real = RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(given) {
      super({ ...given, iceTransportPolicy: "POLICY" });
      connections.push(this);
    }
  };
"""

PAIRS = """async () => {
  const found = [];
  for (const connection of connections.filter((each) => each.connectionState === "connected")) {
    const stats = await connection.getStats();
    const { selectedCandidatePairId } = [...stats.values()].find(({ type }) => type === "transport");
    const pair = stats.get(selectedCandidatePairId);
    found.push([pair.localCandidateId, pair.remoteCandidateId].map((id) => stats.get(id).candidateType));
  }
  return found;
}"""

COTURN = (
    "-n --no-cli --no-tls --no-dtls --no-rfc5780 --simple-log --log-file stdout --realm porina"
    " --listening-ip 127.0.0.1 --relay-ip 127.0.0.1 --allow-loopback-peers --use-auth-secret"
)

Act = Callable[..., Awaitable[Any]]
_logins = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment whose room is open. `token`: the citizen's; `unit`: whose hosts may come."""

    id: str
    token: str
    unit: str


class House:
    """A served product: its database, and what time it is there."""

    def __init__(self, act: Act, now: Callable[[], datetime]) -> None:
        self.act, self.now = act, now

    async def book(self, url: str, begins: timedelta = timedelta(), **wishes: str) -> Booked:
        """An appointment that begins in `begins`; by the API for the next free time, and put there."""
        async with ClientSession(url) as api:
            topics = {topic["id"]: topic for topic in (await _json(api.get("/api/v1/topics")))["topics"]}
            slot = (await _json(api.get("/api/v1/availability", params=wishes)))["slots"][0]
            wish = {"slot": slot["id"], "topic": slot["topic"], "place": slot["place"], "name": "Testi"}
            wish |= {"language": slot["languages"][0], "email": "testi@porina.example"}
            token = (await _json(api.post("/api/v1/appointments", json=wish)))["token"]
        start = self.now() + begins

        def put(tx: Connection) -> str:
            found = find(tx, token).id
            values = {"starts": start, "ends": start + timedelta(minutes=30)}
            tx.execute(update(appointments).where(appointments.c.id == found).values(values))
            return found

        return Booked(await self.act(put), token, topics[slot["topic"]]["unit"])

    async def session(self, role: Role, units: Collection[str], **title: str) -> str:
        """A session's token of somebody new with this role title."""
        login = f"meeting-{role}-{next(_logins)}"
        account, link = await self.act(add, login, [role], units, self.now(), "command line")
        await self.act(set_up, link, "no password has this hash", self.now())
        if title:
            await self.act(set_title, account, title, self.now(), account)
        return str(await self.act(begin, account, self.now(), "password"))


class Room:
    """The meeting's page in somebody's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.news = page.locator("#news")
        self.inside = page.locator("#inside")
        self.waiting = page.locator("#waiting")
        self.lost = page.locator("#lost")
        self.said = page.locator("#said .line")

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    async def join(self) -> None:
        """Check the devices and go in, or as far as the waiting room."""
        await self.page.locator("#allow").click()
        await expect(self.page.locator("#mirror")).to_be_visible()
        await self.page.locator("#join").click()

    async def let_in(self, name: str = "asiakas") -> None:
        await self.button(f"Päästä sisään: {name}").click()

    async def sees_moving(self, pictures: int) -> bool:
        """Whether there are so many pictures of others and all of them move."""
        return bool(await self.page.evaluate(MOVING, pictures))

    async def write(self, text: str) -> None:
        if await self.page.locator("#chat").is_hidden():
            await self.page.locator("#open-chat").click()
        await self.page.locator("#text").fill(text)
        await self.page.locator("#text").press("Enter")


class People:
    """Opens browsers of people's own. A fault in a script, or one that the policy stops, is kept in `wrong`."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.wrong: list[str] = []

    async def come(
        self,
        url: str,
        path: str,
        *,
        session: str | None = None,
        width: int = 1280,
        height: int = 800,
        script: str = "",
        **options: Any,
    ) -> Room:
        context = await self._browser.new_context(
            base_url=url, viewport={"width": width, "height": height}, locale="fi-FI", **options
        )
        self._contexts.append(context)
        context.set_default_timeout(20_000)
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        context.on("console", lambda line: self.wrong.append(line.text) if "Policy" in line.text else None)
        if script:
            await context.add_init_script(script)
        if session:
            await context.add_cookies([session_cookie(session)])
        page = await context.new_page()
        await page.goto(path)
        return Room(page)

    async def go(self) -> None:
        for context in self._contexts:
            await asyncio.wait_for(context.close(), CLOSES_S)


@dataclass(frozen=True, slots=True)
class Relay:
    """A coturn that runs."""

    url: str
    secret: str


@asynccontextmanager
async def coturn(folder: Path) -> AsyncIterator[Relay]:
    """Debian's coturn on a loopback port, with time-limited credentials."""
    needs.command("turnserver", "coturn")
    secret = "a secret that two servers share"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        "turnserver",
        *COTURN.split(),
        *("--listening-port", str(port), "--static-auth-secret", secret),
        *("--pidfile", str(folder / "pid"), "--userdb", str(folder / "users")),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30):
            while not await _takes_connections(port):
                assert process.returncode is None, "coturn has ended"
                await asyncio.sleep(0.05)
        yield Relay(f"turn:127.0.0.1:{port}?transport=udp", secret)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _takes_connections(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


async def _json(asked: Any) -> Any:
    async with asked as answer:
        assert answer.ok, await answer.text()
        return await answer.json()


class TwoServers(House):
    """Two processes of the product on one PostgreSQL database."""

    def __init__(self, database: Database, products: list[Product]) -> None:
        super().__init__(database.transaction, lambda: datetime.now(UTC))
        self.products = products
        self.urls = [product.url for product in products]


@asynccontextmanager
async def two_servers(folder: Path, **settings: str) -> AsyncIterator[TwoServers]:
    url = await asyncio.to_thread(fresh, folder, stocked, POSTGRESQL)
    products: list[Product] = []
    with closing(Database(url)) as database:
        try:
            for name in ("one", "other"):
                (folder / name).mkdir()
                products.append(await start(folder / name, url, **settings))
            yield TwoServers(database, products)
        finally:
            for product in products:
                await product.stop()
                await product.end()
    let_go(folder)


async def two_in(house: House, url: str, people: People, **options: object) -> tuple[Room, Room]:
    """A citizen and a host, who let them in."""
    booked = await house.book(url)
    session = await house.session(Role.EXPERT, [booked.unit], **TITLE)
    citizen = await people.come(url, f"/meet/{booked.token}?lang=fi", **options)
    host = await people.come(url, f"/desk/meet/{booked.id}", session=session, **options)
    await citizen.join()
    await host.join()
    await host.let_in()
    await expect(citizen.inside).to_be_visible()
    return citizen, host
