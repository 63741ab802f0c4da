"""What a page shows of an expert's feeds: `{% include "feeds/panel.html" %}` with `feed=panel(…)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web

from bot.locale import catalogue, say
from bot.staff.pages import Wrong, staff_language
from knowledge.model import Language
from services.appointments.feed_reading import ZONE
from services.appointments.feeds import Feed

CALENDAR = "/desk/calendar"


@dataclass(frozen=True, slots=True)
class Panel:
    """`path`: where the forms lead. `host`: of the outside calendar, empty where there is none.

    `typed`: an address that was not taken, and `wrong` why.
    """

    path: str
    host: str
    read_at: datetime | None
    problem: str
    has_address: bool
    typed: str
    wrong: Sequence[Wrong]


def panel(request: web.Request, feed: Feed, *, typed: str = "", wrong: Sequence[Wrong] = ()) -> Panel:
    """The feeds of the expert in the path, or one's own."""
    return Panel(
        path=path_of(request),
        host=urlsplit(feed.url or "").hostname or "",
        read_at=feed.read_at,
        problem=problem_words(feed.problem, staff_language(request)),
        has_address=feed.has_address,
        typed=typed,
        wrong=wrong,
    )


def path_of(request: web.Request) -> str:
    """The calendar's page: of the expert in the path, or one's own."""
    key = request.match_info.get("expert", "")
    return f"{CALENDAR}/{key}" if key else CALENDAR


def problem_words(problem: str | None, language: Language) -> str:
    """Why a calendar could not be read and what to do, in words; empty where it could."""
    if problem is None:
        return ""
    if problem.startswith(ZONE):
        return say(language, "feeds.problem_zone", zone=problem.removeprefix(ZONE))
    return catalogue(language).get(f"feeds.problem_{problem}") or say(language, "feeds.problem_broken")
