"""An expert's outside calendar and the address of their own feed, for themselves and for their lead; and the feed."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from bot.feeds.panel import CALENDAR, panel, path_of
from bot.locale import say, spoken
from bot.parts import PARTS
from bot.settings import Settings
from bot.staff.pages import Wrong, go, staff_language, staff_page
from bot.web.forms import read_form
from bot.web.routes import Access, Route
from bot.web.sessions import ACTOR, DESK
from services.accounts.rules import Actor, Right
from services.appointments.feeds import Feed, feed_of, new_calendar_address, set_feed
from services.appointments.own_feed import FeedWords, own_appointments, own_feed
from services.appointments.records import Booked
from services.appointments.supply import keeper
from services.clock import local
from services.errors import Invalid, NotFound

_DONE = {"saved", "removed"}


@dataclass(frozen=True, slots=True)
class Whose:
    """The feeds a request is about. `name`: the expert's, where it is somebody else."""

    feed: Feed
    name: str


async def show(request: web.Request) -> web.Response:
    return _page(request, await _whose(request))


async def save(request: web.Request) -> web.Response:
    """Keep the address and read the calendar at once, so that what is wrong with it is seen here."""
    parts, actor = request.app[PARTS], request[ACTOR]
    whose = await _whose(request)
    form = await read_form(request)
    url = None if form["remove"] else form["feed"]
    try:
        await parts.database.transaction(set_feed, whose.feed.expert, url, actor.account, parts.clock())
    except Invalid as invalid:
        wrong = Wrong("feed", say(staff_language(request), f"feeds.invalid_{invalid.code}"))
        return _page(request, whose, typed=form["feed"], wrong=(wrong,), status=422)
    if url is not None:
        await parts.feeds.read(whose.feed.expert)
    return go(request, f"{path_of(request)}/feed", done="saved" if url is not None else "removed")


async def new_address(request: web.Request) -> web.Response:
    """The new secret address, shown this once: only its digest is kept."""
    parts, actor = request.app[PARTS], request[ACTOR]
    whose = await _whose(request)
    act = parts.database.transaction
    secret = await act(new_calendar_address, whose.feed.expert, actor.account, parts.clock())
    url = f"{parts.settings.public_url}/calendars/{secret}.ics"
    back = f"{path_of(request)}/feed"
    return staff_page(request, "feeds/address.html", here=back, back=back, url=url)


async def own(request: web.Request) -> web.Response:
    """The feed, for who has its secret address."""
    parts = request.app[PARTS]
    secret = request.match_info["token"]
    feed, theirs = await parts.database.read(own_appointments, secret, parts.clock())
    words = _words(spoken(feed.language), parts.settings)
    text = await asyncio.to_thread(own_feed, theirs, words)  # some ms where there are many
    tag = hashlib.sha256(text.encode()).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if tag in {each.value for each in request.if_none_match or ()}:
        return web.Response(status=304, headers=headers)
    return web.Response(text=text, content_type="text/calendar", charset="utf-8", headers=headers)


async def _whose(request: web.Request) -> Whose:
    """The feeds of the expert in the path, else of who asks. Raises NotFound, Forbidden."""
    return await request.app[PARTS].database.read(_look, request[ACTOR], request.match_info.get("expert"))


def _look(tx: Any, actor: Actor, key: str | None) -> Whose:
    kept = keeper(tx, actor, key or actor.account)
    if kept.expert is None:
        raise NotFound("a calendar that was saved")
    return Whose(feed_of(tx, kept.expert), "" if kept.account.id == actor.account else kept.account.name)


def _page(
    request: web.Request, whose: Whose, *, typed: str = "", wrong: tuple[Wrong, ...] = (), status: int = 200
) -> web.Response:
    done = request.query.get("done", "")
    return staff_page(
        request,
        "feeds/feeds.html",
        status=status,
        here=f"{path_of(request)}/feed",
        feed=panel(request, whose.feed, typed=typed, wrong=wrong),
        of=whose.name,
        wrong=wrong,
        done=done if done in _DONE and not wrong else "",
    )


def _words(language: str, settings: Settings) -> FeedWords:
    tell = partial(say, language)
    return FeedWords(
        name=tell("feeds.calendar"),
        summary=tell("feeds.summary"),
        description=tell("feeds.description"),
        link=partial(_link, settings.public_url),
    )


def _link(base: str, appointment: Booked) -> str:
    return f"{base}{DESK}?day={local(appointment.start).date().isoformat()}"


def feed_routes() -> tuple[Route, ...]:
    expert = f"{CALENDAR}/{{expert}}"
    return (
        Route("GET", f"{CALENDAR}/feed", show, Right.CALENDARS),
        Route("POST", f"{CALENDAR}/feed", save, Right.CALENDARS),
        Route("POST", f"{CALENDAR}/address", new_address, Right.CALENDARS),
        Route("GET", f"{expert}/feed", show, Right.CALENDARS),
        Route("POST", f"{expert}/feed", save, Right.CALENDARS),
        Route("POST", f"{expert}/address", new_address, Right.CALENDARS),
        Route("GET", "/calendars/{token}.ics", own, Access.CAPABILITY),
    )
