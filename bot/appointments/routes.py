"""A citizen's own appointment. Whoever knows the token may see, move and cancel it; it works without a script."""

from __future__ import annotations

from aiohttp import web

from bot.appointments.mails import calendar_file, composer
from bot.appointments.offer import bookables
from bot.appointments.views import (
    HEADERS,
    cancel_page,
    free_days,
    language_of,
    missing_page,
    move_page,
    own_page,
)
from bot.parts import PARTS
from bot.web.forms import form_value
from bot.web.routes import Access, Handler, Route
from services.appointments.acts import Appointment, cancel, find, load_calendar, move
from services.errors import Gone, Invalid, NotFound, SlotTaken

_DONE = {"moved", "cancelled"}


async def show(request: web.Request) -> web.Response:
    done = request.query.get("done")
    return own_page(request, await _appointment(request), done if done in _DONE else None)


async def choose(request: web.Request) -> web.Response:
    """The days and times to move to."""
    appointment = await _appointment(request)
    if not _can_change(request, appointment):
        return _to_own_page(request, appointment)
    return await _choose(request, appointment)


async def move_(request: web.Request) -> web.Response:
    appointment = await _appointment(request)
    parts = request.app[PARTS]
    base = parts.known.base
    compose = composer(base, parts.settings)
    slot = await form_value(request, "slot")
    try:
        await parts.database.transaction(move, appointment.token, slot, bookables(base), parts.clock(), compose)
    except SlotTaken:
        return await _choose(request, appointment, "taken", 409)
    except Invalid:
        return await _choose(request, appointment, "impossible", 422)
    except Gone:
        return _to_own_page(request, appointment)
    parts.jobs.wake()
    return _to_own_page(request, appointment, "moved")


async def ask_cancel(request: web.Request) -> web.Response:
    appointment = await _appointment(request)
    if not _can_change(request, appointment):
        return _to_own_page(request, appointment)
    return cancel_page(request, appointment)


async def cancel_(request: web.Request) -> web.Response:
    appointment = await _appointment(request)
    parts = request.app[PARTS]
    compose = composer(parts.known.base, parts.settings)
    try:
        await parts.database.transaction(cancel, appointment.token, parts.clock(), compose)
    except Gone:
        return _to_own_page(request, appointment)
    parts.jobs.wake()
    return _to_own_page(request, appointment, "cancelled")


async def calendar(request: web.Request) -> web.Response:
    """The calendar file, for calendars that take no invitations by mail."""
    parts = request.app[PARTS]
    return web.Response(
        text=calendar_file(await _appointment(request), parts.known.base, parts.settings),
        content_type="text/calendar",
        charset="utf-8",
        headers={**HEADERS, "Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="porina.ics"'},
    )


async def _choose(
    request: web.Request, appointment: Appointment, problem: str | None = None, status: int = 200
) -> web.Response:
    parts = request.app[PARTS]
    offer = [topic for topic in bookables(parts.known.base) if topic.id == appointment.topic]
    times = await parts.database.read(load_calendar, offer, parts.clock())
    days = free_days(times.free(appointment.topic, appointment.place, appointment.language))
    return move_page(request, appointment, days, problem, status)


async def _appointment(request: web.Request) -> Appointment:
    return await request.app[PARTS].database.read(find, request.match_info["token"])


def _can_change(request: web.Request, appointment: Appointment) -> bool:
    return appointment.state == "confirmed" and appointment.end > request.app[PARTS].clock()


def _to_own_page(request: web.Request, appointment: Appointment, done: str | None = None) -> web.Response:
    """Back by GET, so that a reload repeats nothing."""
    said = f"&done={done}" if done else ""
    where = f"/appointments/{appointment.token}?lang={language_of(request, appointment)}{said}"
    return web.Response(status=303, headers={**HEADERS, "Location": where, "Cache-Control": "no-store"})


def or_missing(handler: Handler) -> Handler:
    """Let a token that opens nothing meet a page that says so."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NotFound:
            return missing_page(request)

    return handle


def appointment_routes() -> tuple[Route, ...]:
    own = "/appointments/{token}"
    return tuple(
        Route(method, path, or_missing(handler), Access.CAPABILITY)
        for method, path, handler in (
            ("GET", own, show),
            ("GET", f"{own}/move", choose),
            ("POST", f"{own}/move", move_),
            ("GET", f"{own}/cancel", ask_cancel),
            ("POST", f"{own}/cancel", cancel_),
            ("GET", f"{own}/calendar.ics", calendar),
        )
    )
