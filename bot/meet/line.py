"""The line of somebody in an appointment's room: a WebSocket by which browsers find each other, and write to all.

A reader does what the browser says, one frame after the other; a writer tells what was committed, from the position it
has told up to, whenever the bell rings; a keeper says every few seconds that its participant is still there, and asks
whether they may be. Truth is in the tables: the others may be on any process, and a line that broke goes on where the
browser says that it stopped hearing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from weakref import WeakValueDictionary

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bot.meet.door import Act, Arrival, act_of, arrive, keep, news
from bot.meet.frames import LONGEST, Admit, Enter, Frame, Leave, Ping, PutOut, Say, Signal, read_frame
from bot.meet.guests import Guest
from bot.meet.telling import Told, hello, refused, told
from bot.parts import PARTS, Parts
from services.bell import Listener, Missed, Rung
from services.errors import DatabaseAway, Gone, NotFound, Refusal, RoomFull
from services.video.acts import channel, gone, in_turn, leave

HEARTBEAT_S = 25.0
FIRST_S = 10.0
SLOW_S = 10.0
AWAY_S = 1.0
KEEP_S = 15.0
A_SECOND = 50

_log = logging.getLogger("porina.meet")


Queues = WeakValueDictionary[str, asyncio.Lock]
"""By room. Acts of a room write one row: on PostgreSQL those that run side by side only overtake each other."""


async def serve_line(request: web.Request, guest: Guest, queues: Queues) -> web.WebSocketResponse:
    """Let `guest` in, and keep the line until either side leaves."""
    parts = request.app[PARTS]
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, compress=False, max_msg_size=LONGEST)
    await socket.prepare(request)
    with parts.bell.listen(channel(guest.appointment.id)) as listener, suppress(ConnectionError):
        asked = await _first_frame(socket)
        if asked is None:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"enter first")
            return socket
        arrival = await _arrival(parts, guest, asked)
        if isinstance(arrival, Arrival):
            queue = queues.setdefault(guest.appointment.id, asyncio.Lock())
            await Line(request, socket, guest, arrival, listener, queue).serve()
        elif arrival is None:
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"restart")
        else:
            await _send(request, socket, {"type": arrival})
            await socket.close()
    return socket


async def _first_frame(socket: web.WebSocketResponse) -> Enter | None:
    """With what the guest comes; None where that is not what is said first."""
    with suppress(TimeoutError):
        frame = _frame(await socket.receive(FIRST_S))
        return frame if isinstance(frame, Enter) else None
    return None


def _frame(message: WSMessage) -> Frame | None:
    """What was said; None for what is no frame of ours."""
    with suppress(ValueError):
        return read_frame(message.data) if message.type is WSMsgType.TEXT else None
    return None


async def _arrival(parts: Parts, guest: Guest, asked: Enter) -> Arrival | str | None:
    """The participant; why there is none, as a frame's type; or None where the product is being stopped."""
    while not parts.bell.is_closed:
        try:
            return await parts.database.transaction(in_turn, arrive, guest, asked, parts.clock())
        except DatabaseAway:  # the line stays open meanwhile: a client that is cut would come back to the same
            await asyncio.sleep(AWAY_S)
        except RoomFull:
            return "full"
        except Refusal:
            return "over"
    return None


async def _send(request: web.Request, socket: web.WebSocketResponse, frame: Told) -> None:
    """Raises ConnectionError where the client does not take it: a slow one is cut and comes back with its secret."""
    try:
        async with asyncio.timeout(SLOW_S):
            await socket.send_str(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))
    except TimeoutError:
        _log.info("a line that does not read was cut")
        _cut(request)
        raise ConnectionError("too slow") from None


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


class Line:
    """One participant's line. Once `_parted`, there is nothing to write down when it ends."""

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        guest: Guest,
        arrival: Arrival,
        listener: Listener,
        queue: asyncio.Lock,
    ) -> None:
        self._request, self._socket, self._guest = request, socket, guest
        self._listener, self._queue = listener, queue
        self._parts = request.app[PARTS]
        self._arrival, self._me = arrival, arrival.entered.participant
        self._room = guest.appointment.id
        self._position = arrival.position
        self._parted = False
        self._doubted = asyncio.Event()
        self._next_at = 0.0

    async def serve(self) -> None:
        """Read, write and keep until the line ends."""
        self._ring(self._arrival.came)
        with suppress(ConnectionError):
            await self._tell(hello(self._arrival, self._guest, self._parts.settings, self._parts.clock()))
            tasks = [asyncio.create_task(self._or_cut(work)) for work in (self._write, self._keep)]
            try:
                await self._or_cut(self._read)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
        if not self._parted:
            line, heard, clock = self._arrival.entered.line, self._position, self._parts.clock
            self._ring(await self._surely(lambda tx: gone(tx, self._me, clock(), line, heard)))

    async def _read(self) -> None:
        async for message in self._socket:
            await self._pace()
            frame = _frame(message)
            if isinstance(frame, Leave):
                await self._leave()
            elif isinstance(frame, Ping):
                await self._tell({"type": "pong"})
            elif frame is None or isinstance(frame, Enter):
                await self._tell({"type": "refused", "code": "malformed"})
            else:
                await self._do(frame)

    async def _pace(self) -> None:
        """A browser that says more than `A_SECOND` frames a second, after as many at once, is heard more slowly.

        Nothing is refused for it: a lost candidate may be the one way on which two could have met.
        """
        now = asyncio.get_running_loop().time()
        self._next_at = max(self._next_at, now - 1) + 1 / A_SECOND
        if self._next_at > now:
            await asyncio.sleep(self._next_at - now)

    async def _do(self, frame: Admit | PutOut | Signal | Say) -> None:
        try:
            act = act_of(frame, self._room, self._me, self._parts.clock())
            self._ring(await self._surely(act, while_connected=True))
        except Refusal as why:
            await self._tell(refused(frame.type, why))

    async def _surely(self, act: Act, *, while_connected: bool = False) -> int | None:
        """The event's number. Where the database is away or too busy, it is tried again: at worst it is done twice."""
        while not self._parts.bell.is_closed:
            try:
                async with self._queue:
                    return await self._parts.database.transaction(in_turn, act)
            except DatabaseAway:
                await asyncio.sleep(AWAY_S)
                if while_connected and self._request.transport is None:
                    break
        return None

    async def _write(self) -> None:
        await self._catch_up()
        async for _ in self._listener:
            await self._catch_up()
        await self._end(code=WSCloseCode.GOING_AWAY)

    async def _catch_up(self) -> None:
        """Tell what the tables have after the position, as soon as they can be read."""
        while not (self._parted or self._parts.bell.is_closed):
            try:
                found = await self._parts.database.read(news, self._room, self._me, self._position)
            except DatabaseAway:
                await asyncio.sleep(AWAY_S)
                continue
            except NotFound:  # all had left or were lost, this line too: who comes back begins anew
                return await self._end(code=WSCloseCode.GOING_AWAY)
            if not found.events:
                return None
            for frame in told(found, self._me, self._guest.language, self._arrival.fresh):
                await self._tell(frame)
            self._position = found.events[-1].seq
            mine = {event.kind for event in found.events if event.sender == self._me}
            if "put_out" in mine:
                return await self._end()
            if "left" in mine:
                return await self._end(code=WSCloseCode.GOING_AWAY)
            if "came" in mine:
                self._doubted.set()
        return None

    async def _keep(self) -> None:
        """Where the database was away, nobody could say that they are there: then nobody is taken for lost at once."""
        pause_s, sweeps = KEEP_S, True
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._doubted.wait()
            self._doubted.clear()
            try:
                now, entered = self._parts.clock(), self._arrival.entered
                async with self._queue:
                    act = self._parts.database.transaction
                    kept = await act(keep, self._guest, entered, self._position, now, sweeps)
            except DatabaseAway:
                pause_s, sweeps = AWAY_S, False
                continue
            except Gone:
                return await self._leave({"type": "over"})
            except Refusal:
                return await self._leave({"type": "put_out"})
            pause_s, sweeps = KEEP_S, True
            self._ring(kept.seq)
            if not kept.mine and kept.present:
                return await self._end({"type": "elsewhere"})
            if not kept.mine:
                self._listener.put(Missed())  # the writer tells why

    async def _leave(self, last_word: Told | None = None) -> None:
        """Be gone for good."""
        self._parted = True
        self._ring(await self._surely(lambda tx: leave(tx, self._me, self._parts.clock())))
        await self._end(last_word)

    async def _end(self, last_word: Told | None = None, code: int = WSCloseCode.OK) -> None:
        self._parted = True
        if last_word is not None:
            await self._tell(last_word)
        await self._socket.close(code=code)

    async def _tell(self, frame: Told) -> None:
        await _send(self._request, self._socket, frame)

    async def _or_cut(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except ConnectionError:
            _cut(self._request)
        except Exception:
            _log.exception("a line broke")
            _cut(self._request)

    def _ring(self, seq: int | None) -> None:
        """Let the others on this process read; those on other ones hear it from the database."""
        if seq is not None:
            self._parts.bell.ring(Rung(channel(self._room), seq))
