"""Units that somebody may see, and who works in them."""

from __future__ import annotations

from aiohttp import web

from bot.parts import PARTS
from bot.units.views import unit_page, units_page
from bot.web.routes import Route
from bot.web.sessions import ACTOR
from services.accounts.records import people
from services.accounts.rules import Right, may, require
from services.errors import NotFound


async def show_all(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    units = [unit for unit in parts.known.base.units if may(request[ACTOR], Right.UNITS, unit=unit.id)]
    return units_page(request, units, await parts.database.read(people))


async def show(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    wanted = request.match_info["unit"]
    require(request[ACTOR], Right.UNITS, unit=wanted)
    unit = next((unit for unit in parts.known.base.units if unit.id == wanted), None)
    if unit is None:
        raise NotFound("unit")
    return unit_page(request, unit, await parts.database.read(people))


def unit_routes() -> tuple[Route, ...]:
    return (
        Route("GET", "/units", show_all, Right.UNITS),
        Route("GET", "/units/{unit}", show, Right.UNITS),
    )
