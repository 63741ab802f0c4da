"""People on the lines of a meeting, as their browsers speak: real sockets, and everything that was heard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

OFFER = {"description": {"type": "offer", "sdp": "v=0\r\n"}}
PATIENCE_S = 5


class Caller:
    """One line. `heard` are the frames in the order of their arrival."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.heard: list[dict[str, Any]] = []
        self.hello: dict[str, Any] = {}
        self._read = 0

    @property
    def id(self) -> str:
        return str(self.hello["you"])

    @property
    def seq(self) -> int:
        """The last event that was heard."""
        return max(frame["seq"] for frame in self.heard if "seq" in frame)

    async def say(self, kind: str, **frame: Any) -> None:
        await self.socket.send_json({"type": kind, **frame})

    async def signal(self, to: Caller, body: Mapping[str, Any] = OFFER) -> None:
        await self.say("signal", to=to.id, body=body)

    async def next(self) -> dict[str, Any]:
        try:
            message = await self.socket.receive(timeout=PATIENCE_S)
        except TimeoutError:
            raise AssertionError(f"nothing more was heard after {self.heard[-3:]}") from None
        assert message.type is WSMsgType.TEXT, (message, self.socket.close_code, self.heard[-3:])
        self.heard.append(message.json())
        return self.heard[-1]

    async def until(self, kind: str, count: int = 1, **values: Any) -> list[dict[str, Any]]:
        """The next `count` frames of `kind` with such values; what comes between is kept in `heard`."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            if self._read == len(self.heard):
                await self.next()
            frame = self.heard[self._read]
            self._read += 1
            if frame["type"] == kind and all(frame.get(name) == value for name, value in values.items()):
                found.append(frame)
        return found

    async def sees(self, *states: tuple[str, str]) -> dict[str, str]:
        """The people's ids by name, once they are these, `(name, state)` each."""
        people = self.hello["people"]
        while sorted((each["name"], each["state"]) for each in people) != sorted(states):
            people = (await self.until("people"))[0]["people"]
        return {each["name"]: each["id"] for each in people}

    async def closed(self) -> int | None:
        """The code with which the line was closed; frames before that are kept in `heard`."""
        while True:
            message = await self.socket.receive(timeout=PATIENCE_S)
            if message.type is not WSMsgType.TEXT:
                return int(message.data) if message.type is WSMsgType.CLOSE else self.socket.close_code
            self.heard.append(message.json())

    @property
    def transport(self) -> Any:
        connection = self.socket._response.connection
        assert connection is not None
        return connection.transport

    def cut(self) -> None:
        """Break the connection, as a network does."""
        self.transport.abort()


@asynccontextmanager
async def calling(
    session: ClientSession,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    secret: str | None = None,
    seq: int | None = None,
) -> AsyncIterator[Caller]:
    """A line on which somebody has entered."""
    async with session.ws_connect(url, headers=headers) as socket:
        caller = Caller(socket)
        await caller.say("enter", secret=secret, seq=seq)
        caller.hello = await caller.next()
        yield caller
