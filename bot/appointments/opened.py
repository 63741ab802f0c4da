"""The appointment that a page's token opens, and the way back to its page."""

from __future__ import annotations

from aiohttp import web

from bot.appointments.views import HEADERS, language_of, missing_page
from bot.parts import PARTS
from bot.web.routes import Handler
from services.appointments.records import Appointment, find
from services.errors import NotFound


async def opened(request: web.Request) -> Appointment:
    """Raises NotFound."""
    return await request.app[PARTS].database.read(find, request.match_info["token"])


def see_other(request: web.Request, appointment: Appointment, path: str = "", **query: str) -> web.Response:
    """On by GET, so that a reload repeats nothing: to the appointment's page, or `path` below it."""
    asked = "".join(f"&{key}={value}" for key, value in query.items())
    where = f"/appointments/{appointment.token}{path}?lang={language_of(request, appointment)}{asked}"
    return web.Response(status=303, headers={**HEADERS, "Location": where, "Cache-Control": "no-store"})


def or_missing(handler: Handler) -> Handler:
    """Let a token that opens nothing meet a page that says so."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except NotFound:
            return missing_page(request)

    return handle
