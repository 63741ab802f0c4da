"""The meeting of an appointment: for the citizen by the appointment's token, for hosts by their session and unit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.appointments.opened import or_missing
from bot.meet.guests import Guest, citizen, host, name_of
from bot.meet.jitsi import room_address
from bot.meet.line import Queues, serve_line
from bot.meet.views import meeting_page, opens_for, script_texts
from bot.parts import PARTS
from bot.web.refusals import Refused
from bot.web.routes import Access, Handler, Route
from bot.web.sessions import DESK
from knowledge.model import LANGUAGES
from services.accounts.rules import Right
from services.appointments.life import seen_in_room
from services.audit.acts import note
from services.errors import NotFound
from services.video.window import window

Coming = Callable[[web.Request], Awaitable[Guest]]


def _show(coming: Coming) -> Handler:
    async def show(request: web.Request) -> web.Response:
        return meeting_page(request, await coming(request))

    return show


def _line(coming: Coming, queues: Queues) -> Handler:
    """Refused before the room opens; when it is over, that is said on the line, since scripts cannot read a refusal."""

    async def line(request: web.Request) -> web.StreamResponse:
        guest = await coming(request)
        _only(request, "builtin")
        if window(guest.appointment, request.app[PARTS].clock(), guest.role) == "early":
            raise Refused(409, "TooEarly", "the room is not open yet")
        return await serve_line(request, guest, queues)

    return line


def _jitsi(coming: Coming) -> Handler:
    """Off to the Jitsi server, by an address that opens the room; outside its hours back to the page, which says so."""

    async def jitsi(request: web.Request) -> web.Response:
        guest, parts = await coming(request), request.app[PARTS]
        _only(request, "jitsi")
        now, booked = parts.clock(), guest.appointment
        where = f"{guest.here}?lang={guest.language}"
        if window(booked, now, opens_for(request, guest)) == "open":
            await parts.database.transaction(_gone_there, guest, now)
            name = name_of(guest.role, guest.title, guest.language)
            where = room_address(parts.settings, parts.secret, booked, guest.role, name)
        headers = {"Location": where, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return web.Response(status=303, headers=headers)

    return jitsi


def _gone_there(tx: Any, guest: Guest, now: datetime) -> None:
    """All that is seen of a meeting that is held there."""
    seen_in_room(tx, guest.appointment.id, guest.role)
    if guest.account is not None:
        note(tx, guest.account, "video.entered", guest.appointment.id, now)


def _only(request: web.Request, video: str) -> None:
    """Raises NotFound where meetings are held elsewhere."""
    if request.app[PARTS].settings.video != video:
        raise NotFound("meeting")


def meet_routes() -> tuple[Route, ...]:
    """The routes; reads the texts of the page's script now."""
    for language in LANGUAGES:
        script_texts(language)
    queues = Queues()
    own, hosts = "/meet/{token}", f"{DESK}/meet/{{appointment}}"
    return (
        Route("GET", own, or_missing(_show(citizen)), Access.CAPABILITY),
        Route("GET", f"{own}/line", _line(citizen, queues), Access.CAPABILITY),
        Route("POST", f"{own}/jitsi", or_missing(_jitsi(citizen)), Access.CAPABILITY),
        Route("GET", hosts, _show(host), Right.MEET),
        Route("GET", f"{hosts}/line", _line(host, queues), Right.MEET),
        Route("POST", f"{hosts}/jitsi", _jitsi(host), Right.MEET),
    )
