"""When somebody is busy, as their calendar's feed tells (iCalendar, RFC 5545). Pure; nothing is read but times.

A feed is a stranger's file. What is read here may take any time and memory, so it is read in a process of its own
(`services/appointments/feed_process.py`); the limits here give the usual cases their own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar, Component
from icalendar.timezone import tzp
from recurring_ical_events import of

from services.appointments.shifts import DAY, moment
from services.clock import HELSINKI

MOST_BYTES = 2 * 1024 * 1024
MOST_EVENTS = 5000
MOST_SPANS = 2000

OURS = "@porina.pori.fi"
"""The end of our own appointments' UIDs. In an expert's calendar they say nothing that is not known here."""

ZONE = "zone:"

Span = tuple[datetime, datetime]

_LONGEST_ZONE = 30  # the column of problems has 40 characters
_TOO_OFTEN = {"SECONDLY", "MINUTELY"}
_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE")


class Unreadable(Exception):
    """The feed cannot be used. `code`: not_calendar, broken, too_much, too_large, or `zone:NAME` of an unknown zone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def busy(text: bytes, first: date, days: int) -> list[Span]:
    """When a feed says busy on the `days` local days from `first` on: UTC, in order, none touching another.

    Busy is every event that is neither cancelled (STATUS) nor transparent (TRANSP). A day without a time is the whole
    local day; a time without a zone is Helsinki's, unless the calendar names another (X-WR-TIMEZONE). Raises
    Unreadable.
    """
    begin, end = moment(first, "00:00"), moment(first + days * DAY, "00:00")
    spans = [(max(start, begin), min(stop, end)) for start, stop in _occurrences(_calendars(text), begin, end)]
    merged = merge(span for span in spans if span[0] < span[1])
    if len(merged) > MOST_SPANS:
        raise Unreadable("too_much")
    return merged


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as can be."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _calendars(text: bytes) -> Sequence[Component]:
    if len(text) > MOST_BYTES:
        raise Unreadable("too_large")
    try:
        found = Calendar.from_ical(text.removeprefix(b"\xef\xbb\xbf"), multiple=True)
    except MemoryError:
        raise
    except Exception:  # a parser of a stranger's bytes
        raise Unreadable("not_calendar") from None
    calendars = [each for each in found if each.name == "VCALENDAR"]
    if not calendars:
        raise Unreadable("not_calendar")
    return calendars


def _occurrences(calendars: Sequence[Component], begin: datetime, end: datetime) -> Iterator[Span]:
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(events) > MOST_EVENTS:
        raise Unreadable("too_much")
    try:
        for calendar in calendars:
            _check_zone(calendar.get("X-WR-TIMEZONE"))
        for event in events:
            _check(event)
        for calendar in calendars:
            for each in of(calendar).between(begin.astimezone(HELSINKI), end.astimezone(HELSINKI)):
                if _counts(each):
                    yield _instant(each["DTSTART"].dt), _instant(each["DTEND"].dt)
    except (Unreadable, MemoryError):
        raise
    except Exception:  # an event that makes no sense: what is known already is better than a part of the calendar
        raise Unreadable("broken") from None


def _check(event: Component) -> None:
    """Raise Unreadable for an unknown time zone, and for a rule that would never end."""
    for value in _listed(event, *_TIMES):
        moments = [each.dt for each in value.dts] if hasattr(value, "dts") else [value.dt]
        if any(isinstance(each, datetime) and each.tzinfo is None for each in moments):
            _check_zone(value.params.get("TZID"))
    for rule in _listed(event, "RRULE"):
        if _TOO_OFTEN.intersection(f"{each}".upper() for each in rule.get("FREQ", ())):
            raise Unreadable("too_much")


def _check_zone(name: object) -> None:
    """Raise Unreadable for a zone that is neither IANA's nor Windows' nor the calendar's own."""
    if name is not None and tzp.timezone(str(name)) is None:
        raise Unreadable(ZONE + "".join(c for c in str(name) if c.isprintable())[:_LONGEST_ZONE])


def _listed(event: Component, *names: str) -> Iterator[Any]:
    for name in names:
        value = event.get(name)
        yield from value if isinstance(value, list) else () if value is None else (value,)


def _counts(event: Component) -> bool:
    if f"{event.get('UID', '')}".endswith(OURS):
        return False
    free = f"{event.get('TRANSP', '')}".upper() == "TRANSPARENT"
    return not free and f"{event.get('STATUS', '')}".upper() != "CANCELLED"


def _instant(value: date | datetime) -> datetime:
    if not isinstance(value, datetime):
        return moment(value, "00:00")
    return value.replace(tzinfo=value.tzinfo or HELSINKI).astimezone(UTC)
