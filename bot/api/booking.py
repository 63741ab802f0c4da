"""Booking, moving and cancelling by the API."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.api.answers import private
from bot.api.wishes import slot_of, wish_of
from bot.appointments.mails import composer, join_url, manage_url
from bot.appointments.offer import bookables
from bot.parts import PARTS
from bot.web.address import client_address
from bot.web.body import read_json
from bot.web.problems import LANGUAGE, InvalidFields, asked_language, problem
from bot.web.refusals import take
from knowledge.model import LANGUAGES
from services.appointments.acts import Appointment, cancel, move, token_of
from services.appointments.requests import book_once, content_digest
from services.appointments.slots import utc_text

KEY_LENGTH = 255
BODY_LENGTH = 32 * 1024


async def book(request: web.Request) -> web.Response:
    """201 with the appointment, or 409 with the nearest free slots; the same again for a repeated Idempotency-Key.

    409 is `slot-taken`, or `citizen-busy` where the citizen has another appointment at that time.
    """
    parts = request.app[PARTS]
    take(parts.bookings, client_address(request))
    body = await read_json(request, most=BODY_LENGTH)
    named = body.get("language") if isinstance(body, dict) else None
    if isinstance(named, str) and named in LANGUAGES:
        request[LANGUAGE] = named
    base = parts.known.base
    outcome = await parts.database.transaction(
        book_once,
        _key(request),
        content_digest(body),
        wish_of(body),
        bookables(base),
        parts.clock(),
        parts.secret,
        composer(base, parts.settings),
    )
    for refused, kind in (("taken", "SlotTaken"), ("busy", "CitizenBusy")):
        if refused in outcome:
            return problem(asked_language(request), 409, kind, alternatives=outcome[refused])
    parts.jobs.wake()
    booked = outcome["booked"]
    token = token_of(parts.secret, booked["id"])
    links = {"join_url": join_url(parts.settings, token), "manage_url": manage_url(parts.settings, token)}
    return private({**booked, "token": token, **links}, 201, {"Location": links["manage_url"]})


async def move_(request: web.Request) -> web.Response:
    """200 with the appointment at its new time; 409 with the nearest free slots, and the old time kept."""
    parts = request.app[PARTS]
    slot = slot_of(await read_json(request, most=BODY_LENGTH))
    base = parts.known.base
    moved = await parts.database.transaction(
        move,
        request.match_info["token"],
        slot,
        bookables(base),
        parts.clock(),
        composer(base, parts.settings),
    )
    parts.jobs.wake()
    return private(_changed(request, moved))


async def cancel_(request: web.Request) -> web.Response:
    """200 with the cancelled appointment, also when it was cancelled before. A body is not needed."""
    parts = request.app[PARTS]
    compose = composer(parts.known.base, parts.settings)
    cancelled = await parts.database.transaction(cancel, request.match_info["token"], parts.clock(), compose)
    parts.jobs.wake()
    return private(_changed(request, cancelled))


def _key(request: web.Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= KEY_LENGTH and key.isprintable()):
        raise InvalidFields([("Idempotency-Key", "key")])
    return key


def _changed(request: web.Request, appointment: Appointment) -> dict[str, Any]:
    settings = request.app[PARTS].settings
    return {
        "id": appointment.id,
        "state": appointment.state,
        "start": utc_text(appointment.start),
        "end": utc_text(appointment.end),
        "place": appointment.place,
        "join_url": join_url(settings, appointment.token),
        "manage_url": manage_url(settings, appointment.token),
    }
