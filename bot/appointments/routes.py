"""A citizen's own appointment. Whoever knows the token may see, move and cancel it; it works without a script."""

from __future__ import annotations

from aiohttp import web

from bot.appointments.again import again_routes
from bot.appointments.mails import calendar_file, composer
from bot.appointments.offer import bookables
from bot.appointments.opened import opened, or_missing, see_other
from bot.appointments.standing import Standing, standing
from bot.appointments.times import free_times, one_time
from bot.appointments.views import (
    HEADERS,
    cancel_page,
    confirm_move_page,
    free_days,
    language_of,
    move_page,
    offer_page,
    own_page,
)
from bot.parts import PARTS
from bot.web.forms import form_value
from bot.web.routes import Access, Route
from services.appointments.acts import Appointment, cancel, move
from services.errors import CitizenBusy, Gone, Invalid, SlotTaken

_DONE = {"moved", "cancelled", "booked"}


async def show(request: web.Request) -> web.Response:
    done = request.query.get("done")
    return own_page(request, await opened(request), done if done in _DONE else None)


async def choose(request: web.Request) -> web.Response:
    """The days and times to move to; with `?slot=ID` that one time, to be confirmed."""
    appointment = await opened(request)
    if not _standing(request, appointment).can_move:
        return see_other(request, appointment)
    wished = request.query.get("slot")
    if wished is None:
        return await _choose(request, appointment)
    slot = await one_time(request, appointment, wished)
    if slot is None:
        return await _choose(request, appointment, "taken")
    return confirm_move_page(request, appointment, slot)


async def move_(request: web.Request) -> web.Response:
    appointment = await opened(request)
    parts = request.app[PARTS]
    base = parts.known.base
    compose = composer(base, parts.settings)
    slot = await form_value(request, "slot")
    try:
        await parts.database.transaction(move, appointment.token, slot, bookables(base), parts.clock(), compose)
    except CitizenBusy:
        return await _choose(request, appointment, "busy", 409)
    except SlotTaken:
        return await _choose(request, appointment, "taken", 409)
    except Invalid:
        return await _choose(request, appointment, "impossible", 422)
    except Gone:
        return see_other(request, appointment)
    parts.jobs.wake()
    return see_other(request, appointment, done="moved")


async def ask_cancel(request: web.Request) -> web.Response:
    appointment = await opened(request)
    if not _standing(request, appointment).can_cancel:
        return see_other(request, appointment)
    return cancel_page(request, appointment)


async def cancel_(request: web.Request) -> web.Response:
    appointment = await opened(request)
    parts = request.app[PARTS]
    compose = composer(parts.known.base, parts.settings)
    try:
        await parts.database.transaction(cancel, appointment.token, parts.clock(), compose)
    except Gone:
        return see_other(request, appointment)
    parts.jobs.wake()
    return see_other(request, appointment, done="cancelled")


async def calendar(request: web.Request) -> web.Response:
    """The calendar file, for calendars that take no invitations by mail."""
    parts = request.app[PARTS]
    return web.Response(
        text=calendar_file(await opened(request), parts.known.base, parts.settings),
        content_type="text/calendar",
        charset="utf-8",
        headers={**HEADERS, "Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="porina.ics"'},
    )


async def offer(request: web.Request) -> web.Response:
    """What can be booked and where, and who books their own appointments."""
    return offer_page(request)


async def _choose(
    request: web.Request, appointment: Appointment, problem: str | None = None, status: int = 200
) -> web.Response:
    """Where it must be the same expert, only theirs; who was left by theirs may have another."""
    bound = appointment.same_expert and appointment.state == "confirmed"
    same = bound or request.query.get("expert", "same" if appointment.same_expert else "any") == "same"
    days = free_days(await free_times(request, appointment, same_expert=same))
    return move_page(request, appointment, days, problem, status, same=same, bound=bound)


def _standing(request: web.Request, appointment: Appointment) -> Standing:
    return standing(appointment, request.app[PARTS].clock(), language_of(request, appointment))


def appointment_routes() -> tuple[Route, ...]:
    own = "/appointments/{token}"
    return (
        Route("GET", "/appointments", offer, Access.PUBLIC),
        *(
            Route(method, path, or_missing(handler), Access.CAPABILITY)
            for method, path, handler in (
                ("GET", own, show),
                ("GET", f"{own}/move", choose),
                ("POST", f"{own}/move", move_),
                ("GET", f"{own}/cancel", ask_cancel),
                ("POST", f"{own}/cancel", cancel_),
                ("GET", f"{own}/calendar.ics", calendar),
            )
        ),
        *again_routes(own),
    )
