"""What the desk shows of an appointment: what is needed to hold it, and no more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from aiohttp import web

from bot.appointments.mails import interpreter_name, language_name, place_name
from bot.appointments.offer import places
from bot.desk.days import DAY, busy_days
from bot.locale import say
from bot.parts import PARTS
from bot.staff.pages import staff_language, staff_page
from knowledge.model import Language, Place
from services.appointments.records import Booked
from services.clock import local
from services.video.window import Window, opens_at, window

_BUSY_DAYS = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment in words. `opens`: when its room opens for us; `dial`, `write`: phone and mail in an address."""

    appointment: Booked
    state: Window
    opens: datetime
    topic: str
    place: str
    language: str
    interpreter: str
    expert: str
    dial: str
    write: str


def desk_page(request: web.Request, day: date, theirs: Sequence[Booked], later: Sequence[Booked]) -> web.Response:
    """A day's appointments in order, and the next days that have some."""
    parts = request.app[PARTS]
    language = staff_language(request)
    now = parts.clock()
    base = parts.known.base
    known, topics = places(base), {topic.id: topic.name.in_(language) for topic in base.topics}
    coming = (each.start for each in later if each.state == "confirmed" and local(each.start).date() > day)
    return staff_page(
        request,
        "desk/desk.html",
        chosen=day,
        today=local(now).date(),
        previous=day - DAY,
        following=day + DAY,
        entries=[_entry(each, language, now, known, topics) for each in theirs],
        busy=busy_days(coming, _BUSY_DAYS),
        now=now,
    )


def _entry(
    appointment: Booked, language: Language, now: datetime, known: Mapping[str, Place], topics: Mapping[str, str]
) -> Entry:
    return Entry(
        appointment=appointment,
        state=window(appointment, now, "host"),
        opens=opens_at(appointment, "host"),
        topic=topics.get(appointment.topic, appointment.topic),
        place=place_name(known.get(appointment.place), language) or appointment.place,
        language=language_name(language, appointment.language),
        interpreter=_interpreter(language, appointment.interpreter),
        expert=appointment.expert_title.get(language, ""),
        dial=re.sub(r"[^+0-9]", "", appointment.phone or ""),
        write=quote(appointment.email or "", safe="@"),
    )


def _interpreter(language: Language, wished: str | None) -> str:
    """That an interpreter is needed, and of which language where it was told; empty where none is."""
    if wished is None:
        return ""
    if wished == "yes":
        return say(language, "desk.interpreter_any")
    return say(language, "desk.interpreter_of", name=interpreter_name(language, wished))
