"""The day's appointments of one's own units; that somebody looked at them is written with the look itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.desk.acts import act_routes
from bot.desk.days import asked_day, span
from bot.desk.views import Seen, desk_page
from bot.parts import PARTS
from bot.web.routes import Route
from bot.web.sessions import ACTOR, DESK, by_itself
from services.accounts.rules import Actor, Right
from services.appointments.bookable import HORIZON
from services.appointments.records import displaced_of, of_units
from services.audit.acts import entries, note
from services.clock import local

VIEWED = "appointments.viewed"
NOTED_AGAIN = timedelta(hours=1)
"""How often it is written that an open page goes on showing a day."""


async def show(request: web.Request) -> web.Response:
    """The day that `?day=YYYY-MM-DD` asks for, else today."""
    parts = request.app[PARTS]
    now = parts.clock()
    day = asked_day(request.query.get("day", ""), local(now).date())
    seen = await parts.database.transaction(_look, request[ACTOR], day, now, by_itself(request))
    return desk_page(request, day, seen)


def _look(tx: Any, actor: Actor, day: date, now: datetime, again: bool) -> Seen:
    """`again`: an open page asks by itself."""
    if not (again and _noted(tx, actor.account, day, now)):
        note(tx, actor.account, VIEWED, day.isoformat(), now)
    start, end = span(day)
    later = of_units(tx, actor.units, end, end + HORIZON)
    return Seen(of_units(tx, actor.units, start, end), later, displaced_of(tx, actor.units))


def _noted(tx: Any, account: str, day: date, now: datetime) -> bool:
    """Whether it was written lately that `account` looked at `day`."""
    return any(entry.at > now - NOTED_AGAIN for entry in entries(tx, limit=1, subject=day.isoformat(), by=account))


def desk_routes() -> tuple[Route, ...]:
    return (Route("GET", DESK, show, Right.MEET), *act_routes())
