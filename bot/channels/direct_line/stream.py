"""A conversation's stream over a WebSocket: one bounded queue and one writer a socket, any number of sockets.

The writer knows the position it has sent up to. What is rung and continues exactly there goes out at once; for all else
(the start, a commit of another process, a ring that was missed) it reads the tables from its position on. So nothing is
lost, doubled or reordered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from aiohttp import WSCloseCode, web

from bot.parts import PARTS, Parts
from services.bell import Listener, Missed, Passing
from services.conversations.acts import Committed, activities_after
from services.errors import DatabaseAway

HEARTBEAT_S = 25.0
SLOW_S = 10.0
AWAY_S = 1.0
MOST_FROM_CLIENT = 4096

_log = logging.getLogger("porina.stream")


def frame(bodies: Sequence[str], watermark: int | None) -> str:
    """Direct Line's ActivitySet as JSON; the watermark is a text, and absent for what is said in passing."""
    mark = f',"watermark":"{watermark}"' if watermark is not None else ""
    return f'{{"activities":[{",".join(bodies)}]{mark}}}'


async def serve_stream(request: web.Request, conversation: str, position: int) -> web.WebSocketResponse:
    """Send everything after `position`, and then what comes, until either side leaves."""
    parts = request.app[PARTS]
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, compress=False, max_msg_size=MOST_FROM_CLIENT)
    await socket.prepare(request)
    with parts.bell.listen(conversation) as listener:
        writer = asyncio.create_task(_write(request, socket, listener, conversation, position))
        try:
            async for _ in socket:
                pass  # the stock client sends empty frames to keep the line open; nothing else is listened to
        finally:
            writer.cancel()
            await asyncio.wait((writer,))
    return socket


async def _write(
    request: web.Request, socket: web.WebSocketResponse, listener: Listener, conversation: str, position: int
) -> None:
    parts = request.app[PARTS]
    try:
        position = await _catch_up(parts, socket, conversation, position)
        async for ring in listener:
            if isinstance(ring, Passing):
                await _send(socket, frame((ring.body,), None))
            elif isinstance(ring, Committed) and ring.after == position:
                await _send(socket, frame(ring.bodies, ring.watermark))
                position = ring.watermark
            elif isinstance(ring, Missed) or ring.watermark > position:
                position = await _catch_up(parts, socket, conversation, position)
        await socket.close(code=WSCloseCode.GOING_AWAY, message=b"restart")
    except TimeoutError:
        _log.info("a socket that does not read was cut")
        _cut(request)
    except ConnectionError:
        _cut(request)
    except Exception:
        _log.exception("a stream broke")
        _cut(request)


async def _catch_up(parts: Parts, socket: web.WebSocketResponse, conversation: str, position: int) -> int:
    """Send what the tables have after `position`, as soon as they can be read; the new position.

    Where the product is being stopped there is no waiting: the client comes back with its watermark.
    """
    while not parts.bell.is_closed:
        try:
            page = await parts.database.read(activities_after, conversation, position)
        except DatabaseAway:  # the line stays open meanwhile: a client that is cut would come back to the same
            await asyncio.sleep(AWAY_S)
            continue
        if not page.bodies:
            return page.watermark
        await _send(socket, frame(page.bodies, page.watermark))
        position = page.watermark
    return position


async def _send(socket: web.WebSocketResponse, text: str) -> None:
    """Raises TimeoutError where the client does not take it: a slow one is cut and comes back with its watermark."""
    async with asyncio.timeout(SLOW_S):
        await socket.send_str(text)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
