"""The line of somebody who meets citizens: a WebSocket by which they are known to be there, rung, and told what became
of calls.

The tables are the truth: at each ring of the bell the line looks which calls there are, and tells what it has not told
yet. So who comes back after a drop misses no call, and caller and experts may be on any process.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.appointments.offer import bookables
from bot.calls.frames import LONGEST, Accept, Available, Decline, Frame, Ping, read_frame
from bot.calls.telling import Told, taken, told
from bot.parts import PARTS, Parts
from bot.staff.pages import link, staff_language
from bot.web.sessions import ACTOR, session_token
from services.accounts.rules import Right, Role, may
from services.accounts.sessions import resume
from services.bell import Listener, Rung
from services.calls.acts import accept, decline, expire
from services.calls.presence import PRESENT, appear
from services.calls.records import Call, call_of, channel, ringing
from services.errors import CallTaken, Conflict, DatabaseAway, Forbidden, NotFound, Refusal

HEARTBEAT_S = 25.0
SLOW_S = 10.0
AWAY_S = 1.0
KEEP_S = PRESENT / timedelta(seconds=3)

_log = logging.getLogger("porina.calls")


@dataclass(frozen=True, slots=True)
class News:
    """The calls that ring for somebody, and what became of those that they were told of."""

    rings: frozenset[str]
    calls: list[Call]


def news(tx: Any, account: str, known: Iterable[str], now: datetime) -> News:
    """A look."""
    found = {call.id: call for call in ringing(tx, account, now)}
    rings = frozenset(found)
    for each in known:
        with suppress(NotFound):
            call = found.get(each) or call_of(tx, each)
            if account in call.told:
                found[each] = call
    return News(rings, list(found.values()))


def keep(tx: Any, token: str, now: datetime, available: bool | None = None) -> bool:
    """An act: whose session this is, they are here; whether they can be called. Raises Forbidden where it is over."""
    actor = resume(tx, token, now)
    if actor is None or not may(actor, Right.MEET):
        raise Forbidden("the session is over")
    return appear(tx, actor.account, now, available)


def ring(parts: Parts, calls: Iterable[Call]) -> None:
    """Let the lines on this process look; those on other ones hear it from the database."""
    for account in sorted({account for call in calls for account in call.told}):
        parts.bell.ring(Rung(channel(account), 0))


async def serve_line(request: web.Request) -> web.StreamResponse:
    """The line of who is signed in. `?call=ID`: tell what becomes of this call, which they made."""
    parts = request.app[PARTS]
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, compress=False, max_msg_size=LONGEST)
    await socket.prepare(request)
    with parts.bell.listen(channel(request[ACTOR].account)) as listener, suppress(ConnectionError):
        await Line(request, socket, listener).serve()
    return socket


class Line:
    """One page's line. `_open`: the calls that it waits for the end of, each with what was told of it last."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, listener: Listener) -> None:
        self._request, self._socket, self._listener = request, socket, listener
        self._parts = request.app[PARTS]
        self._actor, self._token = request[ACTOR], session_token(request)
        self._language = staff_language(request)
        watched = request.query.get("call", "")
        self._open: dict[str, tuple[str, str]] = {watched: ("", "")} if watched else {}
        self._available: bool | None = None
        self._looking = asyncio.Lock()
        self._ends: datetime | None = None

    async def serve(self) -> None:
        """Read, tell and keep until the line ends."""
        tasks = [asyncio.create_task(self._or_cut(work)) for work in (self._write(), self._keep())]
        try:
            await self._or_cut(self._read())
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _read(self) -> None:
        async for message in self._socket:
            frame = None
            with suppress(ValueError):
                frame = read_frame(message.data) if message.type is WSMsgType.TEXT else None
            if frame is None:
                await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
            elif isinstance(frame, Ping):
                await self._tell({"type": "pong"})
            else:
                await self._do(frame)

    async def _do(self, frame: Frame) -> None:
        """Where the database is away it is not done: the page says that the line is down, and people try again."""
        parts, me, now = self._parts, self._actor.account, self._parts.clock()
        act = parts.database.transaction
        try:
            match frame:
                case Available():
                    await act(keep, self._token, now, frame.on)
                    parts.bell.ring(Rung(channel(me), 0))
                case Accept():
                    await self._accept(frame.call)
                case Decline():
                    ring(parts, [await act(decline, frame.call, me, now)])
        except DatabaseAway:
            await self._socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
        except Forbidden:
            await self._over()
        except Refusal:
            await self._catch_up()

    async def _accept(self, call: str) -> None:
        """Only the page on which it was pressed goes to the room; others of theirs hear that the call is over."""
        parts, me = self._parts, self._actor.account
        act, now = parts.database.transaction, parts.clock()
        changed: Call | None
        async with self._looking:
            await act(keep, self._token, now)
            try:
                topics = bookables(parts.known.base)
                changed, begun = await act(accept, call, me, topics, now, parts.secret)
                frame = {"type": "accepted", "call": call, "url": link(self._request, f"/desk/meet/{begun.id}")}
            except CallTaken as first:
                changed, frame = None, taken(call, first.title, self._language)
            except Conflict:  # something of their own is on: whoever called need not wait for them
                changed = await act(decline, call, me, now)
                frame = {"type": "busy", "call": call}
            self._open.pop(call, None)
            await self._tell(frame)
        if changed is not None:
            ring(parts, [changed])

    async def _write(self) -> None:
        async for _ in self._listener:
            await self._catch_up()
        await self._socket.close(code=WSCloseCode.GOING_AWAY)

    async def _keep(self) -> None:
        """Be here, and look again when a call that was told of should be over."""
        while not self._parts.bell.is_closed:
            await self._catch_up()
            left = KEEP_S if self._ends is None else (self._ends - self._parts.clock()).total_seconds()
            await asyncio.sleep(min(KEEP_S, max(AWAY_S, left)))

    async def _catch_up(self) -> None:
        """Tell what is new, as soon as the tables can be read."""
        while not (self._socket.closed or self._parts.bell.is_closed):
            try:
                async with self._looking:
                    await self._look()
            except DatabaseAway:
                await asyncio.sleep(AWAY_S)
                continue
            except Forbidden:
                await self._over()
            break

    async def _look(self) -> None:
        parts, me, now = self._parts, self._actor.account, self._parts.clock()
        if self._ends is not None and self._ends <= now:
            ring(parts, await parts.database.transaction(expire, now))
        await self._greet(await parts.database.transaction(keep, self._token, now))
        found = await parts.database.read(news, me, tuple(self._open), now)
        for call in found.calls:
            frame = told(call, me, call.id in found.rings, parts.known.base, self._language, now)
            if self._open.get(call.id) == (frame["type"], call.state):
                continue
            await self._tell(frame)
            self._open[call.id] = (frame["type"], call.state)
            if frame["type"] in {"taken", "ended"} or call.state != "ringing":
                del self._open[call.id]
        self._ends = min((call.until for call in found.calls if call.state == "ringing"), default=None)

    async def _greet(self, available: bool) -> None:
        if available is self._available:
            return
        self._available = available
        expert = Role.EXPERT in self._actor.roles
        await self._tell({"type": "hello", "expert": expert, "available": available})

    async def _over(self) -> None:
        await self._tell({"type": "over"})
        await self._socket.close()

    async def _tell(self, frame: Told) -> None:
        """Raises ConnectionError where the browser does not take it: a slow one is cut, and comes back."""
        try:
            async with asyncio.timeout(SLOW_S):
                await self._socket.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
        except TimeoutError:
            _log.info("a line that does not read was cut")
            self._cut()
            raise ConnectionError("too slow") from None

    async def _or_cut(self, work: Any) -> None:
        try:
            await work
        except ConnectionError:
            self._cut()
        except Exception:
            _log.exception("a line broke")
            self._cut()

    def _cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()
