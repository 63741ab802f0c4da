"""What the desk shows of an appointment: what is needed to hold it, and no more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from aiohttp import web

from bot.appointments.mails import interpreter_name, place_name
from bot.appointments.offer import places
from bot.desk.days import DAY, busy_days
from bot.locale import say
from bot.locale.tongues import named
from bot.parts import PARTS
from bot.staff.pages import Wrong, staff_language, staff_page
from bot.web.sessions import DESK
from knowledge.model import Language, Place
from services.appointments.life import TRANSITIONS
from services.appointments.records import Booked, State
from services.clock import local
from services.video.window import Window, opens_at, window

_BUSY_DAYS = 5
_INTERPRETER_STATES = ("ordered", "confirmed", "none", "wanted")


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment in words.

    `door`: whether its room is open to us, `opens`: from when; `came`: who did; `can`: which states may follow; `dial`,
    `write`: phone and mail in an address.
    """

    appointment: Booked
    door: Window
    opens: datetime
    state: str
    came: str
    can: frozenset[State]
    topic: str
    place: str
    language: str
    room: str
    needs: tuple[str, ...]
    interpreter: str
    expert: str
    dial: str
    write: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Appointments of one's units: the day's, those of the days after it, and all that wait for another time."""

    theirs: Sequence[Booked]
    later: Sequence[Booked]
    displaced: Sequence[Booked]


def desk_page(request: web.Request, day: date, seen: Seen) -> web.Response:
    """Who needs a new time, a day's appointments in order, and the next days that have some."""
    parts = request.app[PARTS]
    language = staff_language(request)
    now = parts.clock()
    base = parts.known.base
    known, topics = places(base), {topic.id: topic.name.in_(language) for topic in base.topics}
    coming = (each.start for each in seen.later if each.state == "confirmed" and local(each.start).date() > day)
    return staff_page(
        request,
        "desk/desk.html",
        chosen=day,
        today=local(now).date(),
        previous=day - DAY,
        following=day + DAY,
        displaced=[_entry(each, language, now, known, topics) for each in seen.displaced],
        entries=[_entry(each, language, now, known, topics) for each in seen.theirs if each.state != "displaced"],
        busy=busy_days(coming, _BUSY_DAYS),
        now=now,
    )


def appointment_page(
    request: web.Request, booked: Booked, wrong: Sequence[Wrong], reason: str, status: int = 200
) -> web.Response:
    """One appointment with all that can be done about it; `wrong`: why something was not, `reason`: what was typed."""
    parts = request.app[PARTS]
    language, now, base = staff_language(request), parts.clock(), parts.known.base
    topics = {topic.id: topic.name.in_(language) for topic in base.topics}
    return staff_page(
        request,
        "desk/appointment.html",
        status=status,
        here=f"{DESK}/appointments/{booked.id}",
        entry=_entry(booked, language, now, places(base), topics),
        on=local(booked.start).date().isoformat(),
        begun=booked.start <= now,
        over=booked.end <= now,
        interpreter_states=_INTERPRETER_STATES,
        wrong=wrong,
        reason=reason,
        now=now,
    )


def _entry(
    appointment: Booked, language: Language, now: datetime, known: Mapping[str, Place], topics: Mapping[str, str]
) -> Entry:
    return Entry(
        appointment=appointment,
        door=window(appointment, now, "host"),
        opens=opens_at(appointment, "host"),
        state=say(language, f"life.state_{appointment.state}"),
        came=_came(appointment, language),
        can=TRANSITIONS[appointment.state],
        topic=topics.get(appointment.topic, appointment.topic),
        place=place_name(known.get(appointment.place), language) or appointment.place,
        language=named(appointment.language, language),
        room=_room(known.get(appointment.place), appointment.room, language),
        needs=tuple(say(language, f"life.need_{need}") for need in appointment.needs),
        interpreter=_interpreter(language, appointment.interpreter),
        expert=appointment.expert_title.get(language, ""),
        dial=re.sub(r"[^+0-9]", "", appointment.phone or ""),
        write=quote(appointment.email or "", safe="@"),
    )


def _room(place: Place | None, room: str | None, language: Language) -> str:
    """The room's name; its id where it has none."""
    name = next((each.name for each in place.rooms if each.id == room and each.name), None) if place else None
    return name.in_(language) if name else room or ""


def _came(appointment: Booked, language: Language) -> str:
    """Who came and who did not, as far as it is known."""
    known = (("guest", appointment.guest_came), ("host", appointment.host_came))
    return " ".join(
        say(language, f"desk.{who}_{'came' if came else 'missing'}") for who, came in known if came is not None
    )


def _interpreter(language: Language, wished: str | None) -> str:
    """That an interpreter is needed, and of which language where it was told; empty where none is."""
    if wished is None:
        return ""
    if wished == "yes":
        return say(language, "desk.interpreter_any")
    return say(language, "desk.interpreter_of", name=interpreter_name(language, wished))
