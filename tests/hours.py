"""Calendars as a person would write them down: by the wall clock of Helsinki."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from services.appointments import reserving
from services.appointments.bookable import Bookable, Expert
from services.appointments.calendar import Calendar, days_between
from services.appointments.shifts import Shift, cell_of, cells_in, moment, span
from services.appointments.slots import Slot
from services.clock import HELSINKI, local

WORKDAYS = "mon tue wed thu fri"
EVERY_DAY = f"{WORKDAYS} sat sun"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday, noon in Helsinki
TOPIC = Bookable("advice", "desk", 20, 0, ("fi", "en"), ("home", "lavia"))
Span = tuple[datetime, datetime]


def on(days: str, opens: str, closes: str, **other: Any) -> Shift:
    """Hours on `days`, a row of names."""
    return Shift(tuple(days.split()), opens, closes, **other)


def expert(*hours: Shift, **other: Any) -> Expert:
    """`e1`, who gives advice on workdays from nine to three unless said otherwise."""
    given: dict[str, Any] = {
        "id": "e1",
        "unit": "desk",
        "topics": ("advice",),
        "languages": ("fi", "sv"),
        "places": ("home", "lavia"),
        "hours": hours or (on(WORKDAYS, "09:00", "15:00"),),
        **other,
    }
    return Expert(**given)


def calendar(
    *experts: Expert,
    topic: Bookable = TOPIC,
    now: datetime = NOW,
    taken: Mapping[str, Iterable[Span]] | None = None,
    closed: frozenset[date] = frozenset(),
) -> Calendar:
    """What can be booked at `now` as far ahead as the topic's horizon; `taken`: spans of time by resource."""
    first, days = days_between(now, now + topic.horizon)
    base = cell_of(moment(first, "00:00"))
    bits = dict.fromkeys(taken or (), 0)
    for resource, spans in (taken or {}).items():
        for start, end in spans:
            bits[resource] |= span(cell_of(start) - base, cells_in(int((end - start).total_seconds()) // 60))
    return Calendar(experts or (expert(),), (topic,), now, first, days, bits, closed)


def busy(*spans: Span, who: str = "e1") -> dict[str, tuple[Span, ...]]:
    """Time that an expert has given away."""
    return {reserving.expert(who): spans}


def utc(text: str) -> datetime:
    """A moment written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def helsinki(text: str) -> datetime:
    """A moment written by the wall clock of Helsinki; of two that are, the first."""
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI).astimezone(UTC)


def at(slot: Slot) -> str:
    """When a slot begins by the wall clock; in the hour that comes twice, with the offset from UTC."""
    begins = local(slot.start)
    twice = begins.utcoffset() != begins.replace(fold=1 - begins.fold).utcoffset()
    return f"{begins:%H:%M}{begins:%z}"[: 8 if twice else 5]
