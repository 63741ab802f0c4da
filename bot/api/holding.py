"""Keeping a slot for a few minutes by the API, before it is booked."""

from __future__ import annotations

from aiohttp import web

from bot.api.answers import private
from bot.api.wishes import slot_of, with_interpreter
from bot.appointments.offer import bookables
from bot.parts import PARTS
from bot.web.address import client_address
from bot.web.body import read_json
from bot.web.refusals import Refused, take
from services.appointments.holding import Hold, extend, hold, let_go
from services.appointments.slots import utc_text
from services.errors import Gone, NotFound
from services.ids import new_id

BODY_LENGTH = 4 * 1024


async def hold_(request: web.Request) -> web.Response:
    """201 with the hold: its token, until when, and of which slot; 409 with the nearest free slots."""
    parts = request.app[PARTS]
    take(parts.bookings, client_address(request))
    body = await read_json(request, most=BODY_LENGTH)
    kept = await parts.database.transaction(
        hold,
        new_id(),
        slot_of(body),
        bookables(parts.known.base),
        parts.clock(),
        parts.secret,
        interpreted=with_interpreter(body),
    )
    parts.jobs.wake()
    return private({"hold": kept.token, "slot": kept.slot, **_until(kept)}, 201)


async def extend_(request: web.Request) -> web.Response:
    """200 with the new end; 410 for a hold that has ended, was booked or let go, or never was."""
    parts = request.app[PARTS]
    try:
        kept = await parts.database.transaction(extend, request.match_info["hold"], parts.clock())
    except (Gone, NotFound):  # an ended hold is forgotten at any moment: the answer is the same before and after it
        raise Refused(410, "HoldGone", "the hold has ended") from None
    parts.jobs.wake()
    return private(_until(kept))


async def let_go_(request: web.Request) -> web.Response:
    """204: the slot is free again; also where there was no hold (any more)."""
    await request.app[PARTS].database.transaction(let_go, request.match_info["hold"])
    return web.Response(status=204, headers={"Cache-Control": "no-store"})


def _until(kept: Hold) -> dict[str, str]:
    return {"until": utc_text(kept.until)}
