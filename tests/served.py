"""The web floor and Direct Line on a real port with a real database, and a dialog of a few lines that echoes.

For tests of how messages travel; what the bot says is tested with the bot.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, TCPConnector, WSMsgType, web
from blockbuster import BlockBuster
from botbuilder.core import ActivityHandler, MessageFactory
from botbuilder.schema import CardAction, SuggestedActions
from databases import fresh

from bot.app import hear_others, make_app
from bot.appointments.offer import bookables, demo_title
from bot.channels.direct_line.routes import direct_line_routes, set_up_direct_line
from bot.channels.direct_line.tokens import Grant, Purpose, issue
from bot.dialog.adapter import Turn, TurnStorage, states
from bot.parts import PARTS, Parts
from bot.settings import Settings
from bot.turns import Turns
from bot.web.middleware import MIDDLEWARE
from bot.web.routes import Route, add_routes
from bot.web.static import static_routes
from bot.web.templating import templates
from knowledge.meaning.sentences import Sentences
from knowledge.store import fill_if_empty, load
from services.appointments.demo import fill_experts
from services.bell import Bell
from services.database import Database
from services.migrations import upgrade

BASE = "/v3/directline"


class SetClock:
    """A clock that tests set; it stands still until then."""

    def __init__(self, now: datetime = datetime(2026, 11, 24, 10, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Echo(ActivityHandler):
    """Greets; repeats what it hears and counts it; says how many identity codes were masked; breaks when asked to."""

    def __init__(self, storage: TurnStorage) -> None:
        self._conversation, _ = states(storage)

    async def on_turn(self, context: Turn) -> None:
        await super().on_turn(context)
        await self._conversation.save_changes(context)

    async def on_members_added_activity(self, members_added: Any, context: Turn) -> None:
        greeting = MessageFactory.text(f"hello {context.activity.locale}")
        action = CardAction(type="imBack", title="Pysäköinti", value="Pysäköinti")
        greeting.suggested_actions = SuggestedActions(actions=[action])
        await context.send_activity(greeting)

    async def on_message_activity(self, context: Turn) -> None:
        if context.activity.text == "break":
            raise RuntimeError("secret words of a citizen")
        count = self._conversation.create_property("count")
        number = await count.get(context, lambda: 0) + 1
        await count.set(context, number)
        text = f"{number}: {context.activity.text}"
        if context.masked:
            text += f" ({context.masked} masked)"
        await context.send_activity(MessageFactory.text(text))


class Served:
    """A running server and a client of it."""

    def __init__(self, runner: web.AppRunner, url: str, clock: SetClock, session: ClientSession) -> None:
        self.runner = runner
        self.app = app = runner.app
        self.parts = app[PARTS]
        self.url = url
        self.clock = clock
        self.session = session

    @property
    def database_url(self) -> str:
        return self.parts.database.url.render_as_string(hide_password=False)

    async def call(
        self, method: str, path: str, *, token: str | None = None, expect: int | None = 200, **given: Any
    ) -> Any:
        """The JSON of the answer, after a look at its status."""
        response = await self.ask(method, path, token=token, **given)
        body = await response.json() if response.content_type.endswith("json") else await response.text()
        assert expect is None or response.status == expect, (response.status, body)
        return body

    async def ask(self, method: str, path: str, *, token: str | None = None, **given: Any) -> ClientResponse:
        headers = dict(given.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        address = path if path.startswith(("http:", "ws:")) else self.url + path
        response = await self.session.request(method, address, headers=headers, allow_redirects=False, **given)
        await response.read()
        return response

    def drop(self) -> int:
        """Cut every connection there is, as a network does; how many there were."""
        assert self.runner.server is not None
        open_ones = [connection.transport for connection in self.runner.server.connections if connection.transport]
        for transport in open_ones:
            transport.abort()
        return len(open_ones)

    def talk(self, conversation: str, user: str = "dl_tester") -> Talk:
        """Another client of an existing conversation, with a new token."""
        grant = Grant(conversation, user)
        token = issue(self.parts.secret, Purpose.CONVERSATION, grant, self.clock())
        return Talk(self, {"conversationId": conversation, "token": token, "streamUrl": ""})

    async def open(self, locale: str = "fi-FI") -> Talk:
        """An anonymous citizen's new conversation."""
        token = (await self.call("POST", BASE + "/tokens/generate"))["token"]
        return Talk(
            self, await self.call("POST", BASE + "/conversations", token=token, json={"locale": locale}, expect=201)
        )


class Talk:
    """A conversation as its client has it."""

    def __init__(self, served: Served, opened: dict[str, Any]) -> None:
        self.served = served
        self.id: str = opened["conversationId"]
        self.token: str = opened["token"]
        self.stream_url: str = opened["streamUrl"]
        self.path = f"{BASE}/conversations/{self.id}"

    async def say(self, text: Any, *, client_id: str | None = None, expect: int = 200, **fields: Any) -> Any:
        activity = {"type": "message", "from": {"id": "me"}, "text": text, **fields}
        if client_id:
            activity["channelData"] = {"clientActivityID": client_id}
        return await self.post(activity, expect=expect)

    async def post(self, activity: Any, *, expect: int = 200) -> Any:
        return await self.served.call("POST", self.path + "/activities", token=self.token, json=activity, expect=expect)

    async def read(self, watermark: str = "") -> dict[str, Any]:
        path = f"{self.path}/activities?watermark={watermark}"
        return await self.served.call("GET", path, token=self.token)

    async def texts(self) -> list[str]:
        return [activity.get("text") for activity in (await self.read())["activities"]]

    @asynccontextmanager
    async def listen(self, url: str | None = None) -> AsyncIterator[Stream]:
        async with self.served.session.ws_connect(url or self.stream_url) as socket:
            yield Stream(socket)


class Stream:
    """A socket's activities, in the order of their arrival."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.activities: list[dict[str, Any]] = []
        self.watermark: str | None = None

    async def until(self, count: int) -> list[dict[str, Any]]:
        """The activities once there are `count`."""
        while len(self.activities) < count:
            message = await self.socket.receive(timeout=10)
            assert message.type is WSMsgType.TEXT, message
            read = message.json()
            self.activities += read["activities"]
            self.watermark = read.get("watermark", self.watermark)
        return self.activities


@asynccontextmanager
async def serving(
    data: Path, routes: Iterable[Route] = (), *, clock: SetClock | None = None, **settings: Any
) -> AsyncIterator[Served]:
    """A server with Direct Line and `routes`, its database and files in `data`."""
    set_clock = clock or SetClock()
    async with _running(lambda given: application(data, given, set_clock, routes), set_clock, settings) as served:
        try:
            yield served
        finally:
            parts = served.parts
    await asyncio.to_thread(parts.database.close)


@asynccontextmanager
async def serving_product(
    data: Path, *, clock: SetClock | None = None, sentences: Sentences | None = None, **settings: Any
) -> AsyncIterator[Served]:
    """The whole product with its shipped content, as `porina serve` makes it.

    `sentences`: a model that runs already; without one, messages are read by words.
    """
    set_clock = clock or SetClock()
    given = {"database_url": await asyncio.to_thread(fresh, data, stocked), **settings}
    if sentences is None:
        given = {"sentence_model": "off", **given}
    async with _running(lambda told: make_app(told, data, set_clock, sentences), set_clock, given) as served:
        yield served


@asynccontextmanager
async def _running(
    make: Callable[[Settings], web.Application], clock: SetClock, settings: dict[str, Any]
) -> AsyncIterator[Served]:
    """What `make` makes, on a port of its own; a call of the product that blocks the event loop fails."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = await asyncio.to_thread(make, Settings(**{"public_url": url, **settings}))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            async with ClientSession(connector=TCPConnector(force_close=True)) as session:
                with nothing_blocks():
                    yield Served(runner, url, clock, session)
        finally:
            await runner.cleanup()


@contextmanager
def nothing_blocks() -> Iterator[None]:
    """A call of the product that blocks an event loop fails; the loop in the database's own thread serves nobody."""
    watch = BlockBuster(["bot", "knowledge", "services"])
    for function in watch.functions.values():
        function.can_block_predicate = partial(_may_block, function.can_block_predicate)
    watch.activate()
    try:
        yield
    finally:
        watch.deactivate()


def _may_block(usual: Callable[..., bool], *args: Any, **kwargs: Any) -> bool:
    return threading.current_thread().name == "database" or usual(*args, **kwargs)


def stocked(database: Database) -> None:
    """What the product fills a database with at its first start: the shipped content and the demo experts."""
    upgrade(database)
    fill_if_empty(database, SetClock().now)
    _, base = load(database)
    database.now(fill_experts, bookables(base), partial(demo_title, base))


def application(data: Path, settings: Settings, clock: SetClock, routes: Iterable[Route] = ()) -> web.Application:
    database = Database(fresh(data, upgrade))
    templates()
    bell = Bell()
    given = {
        "settings": settings,
        "clock": clock,
        "database": database,
        "data": data,
        "bell": bell,
        "secret": "a secret of the tests, long enough",
        "turns": Turns(database, bell, clock, lambda storage, _refused: Echo(storage), lambda: None),
    }
    app = web.Application(middlewares=MIDDLEWARE, client_max_size=1024 * 1024)
    app[PARTS] = Parts(**{field.name: given.get(field.name) for field in fields(Parts)})  # type: ignore[arg-type]
    app.cleanup_ctx.append(hear_others)
    set_up_direct_line(app)
    add_routes(app, (*direct_line_routes(), *static_routes(), *routes))
    return app
