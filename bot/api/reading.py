"""What the API tells: topics, places and free times."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.appointments.offer import bookables, places
from bot.parts import PARTS
from bot.web.problems import InvalidFields
from services.appointments.acts import load_calendar
from services.appointments.bookable import HORIZON
from services.appointments.calendar import Calendar

USUAL = timedelta(days=7)

_OF_TOPICS = {"id", "unit", "name", "minutes", "languages", "places"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


async def topics(request: web.Request) -> web.Response:
    """What can be booked; `name` is in three languages."""
    base = request.app[PARTS].known.base
    return web.json_response({"topics": [topic.model_dump(mode="json", include=_OF_TOPICS) for topic in base.topics]})


async def places_(request: web.Request) -> web.Response:
    """Where a citizen can sit; an empty address or null means that it is not known."""
    known = places(request.app[PARTS].known.base)
    return web.json_response({"places": [place.model_dump(mode="json") for place in known.values()]})


async def availability(request: web.Request) -> web.Response:
    """Free slots: a hint, since the booking decides. `from` left out is now, `to` left out seven days after it.

    `interpreter=true`: slots as long as an interpreter makes them.
    """
    parts = request.app[PARTS]
    now = parts.clock()
    asked = request.query
    offer = bookables(parts.known.base)
    wrong: list[tuple[str, str]] = []
    start, end = (_moment(name, asked.get(name), wrong) for name in ("from", "to"))
    if not wrong and end is not None and not timedelta(0) < end - (start or now) <= HORIZON:
        wrong.append(("to", "range"))
    topic, place, language = (asked.get(name) or None for name in ("topic", "place", "language"))
    if topic and topic not in {known.id for known in offer}:
        wrong.append(("topic", "topic"))
    if place and place not in places(parts.known.base):
        wrong.append(("place", "place"))
    if language and not _LANGUAGE.fullmatch(language):
        wrong.append(("language", "type"))
    interpreted = asked.get("interpreter") or "false"
    if interpreted not in {"true", "false"}:
        wrong.append(("interpreter", "type"))
    if wrong:
        raise InvalidFields(wrong)
    since = min(max(start or now, now), now + HORIZON)
    until = end or since + USUAL
    calendar = await parts.database.read(load_calendar, offer, now, since, until)
    long = interpreted == "true"
    body = await asyncio.to_thread(_listing, calendar, topic, place, language, since, until, interpreted=long)
    return web.Response(body=body, content_type="application/json", headers={"Cache-Control": "no-store"})


def _listing(
    calendar: Calendar,
    topic: str | None,
    place: str | None,
    language: str | None,
    start: datetime,
    end: datetime,
    *,
    interpreted: bool,
) -> bytes:
    """The JSON of many thousand slots, each dumped by itself: one large dump would not let other threads run."""
    slots = calendar.free(topic, place, language, start, end, interpreted=interpreted)
    return b'{"slots":[' + b",".join(json.dumps(slot.plain()).encode() for slot in slots) + b"]}"


def _moment(name: str, text: str | None, wrong: list[tuple[str, str]]) -> datetime | None:
    """The moment in `text` (RFC 3339), in UTC; an unescaped `+` of a query arrives as a space."""
    if not text:
        return None
    written = re.sub(r" (?=\d\d:\d\d$)", "+", text)
    try:
        if not _MOMENT.fullmatch(written):
            raise ValueError("not RFC 3339")
        return datetime.fromisoformat(written.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        wrong.append((name, "time"))
        return None
