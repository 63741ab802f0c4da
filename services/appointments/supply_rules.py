"""What a supply must be like, and which appointments a change of it leaves outside. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Literal

from services.appointments.bookable import Bookable
from services.appointments.records import Booked
from services.appointments.shifts import DAY, DAYS, Shift
from services.appointments.supply import Supply
from services.clock import local
from services.errors import Invalid

MOST_SHIFTS = 40
MOST_A_DAY = 50
LONGEST_ABSENCE = timedelta(days=366)

_NTH = {1, 2, 3, 4, 5, -1}
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][05]|24:00")
_DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_LOOKED_AT = 371  # days: "the fifth" and "the last" of each weekday come together in every year

Why = Literal["topic", "language", "place", "hours", "absence"]


@dataclass(frozen=True, slots=True)
class Effect:
    """An appointment that a change leaves outside, and for what reason."""

    appointment: Booked
    why: Why


def check(supply: Supply, units: Collection[str], topics: Sequence[Bookable], today: date) -> None:
    """Raise Invalid: field `topics`, `languages`, `places`, `daily_most`, `hours`, or `hours-N` of the N-th shift."""
    mine = {topic.id for topic in topics if topic.unit in units}
    languages = {language for topic in topics for language in topic.languages}
    places = {place for topic in topics for place in topic.places}
    _among(supply.topics, mine, "topics")
    for field, chosen, known in (
        ("languages", supply.languages, languages),
        ("places", supply.places, places),
    ):
        if not chosen:
            raise Invalid(field, "required")
        _among(chosen, known, field)
    if supply.daily_most is not None and not 1 <= supply.daily_most <= MOST_A_DAY:
        raise Invalid("daily_most", "range")
    if len(supply.hours) > MOST_SHIFTS:
        raise Invalid("hours", "many")
    for number, shift in enumerate(supply.hours):
        _among(shift.places, places, f"hours-{number}")
        _among(shift.languages, languages, f"hours-{number}")
        _check_shift(shift, f"hours-{number}")
    for (_, one), (number, other) in combinations(enumerate(supply.hours), 2):
        if one.is_clinic == other.is_clinic and _meet(one, other, today):
            raise Invalid(f"hours-{number}", "overlap")


def check_absence(start: datetime, end: datetime, now: datetime) -> None:
    """Raise Invalid: field `starts` or `ends`."""
    if local(start).date() < local(now).date():
        raise Invalid("starts", "past")
    if end <= max(start, now):
        raise Invalid("ends", "order")
    if end - start > LONGEST_ABSENCE:
        raise Invalid("ends", "long")


def effects(coming: Sequence[Booked], before: Supply, after: Supply) -> list[Effect]:
    """Which appointments lie within `before` and no more within `after`; who is outside already stays unmentioned."""
    found = []
    for each in coming:
        why = outside(each, after)
        if why is not None and outside(each, before) is None:
            found.append(Effect(each, why))
    return found


def outside(appointment: Booked, supply: Supply) -> Why | None:
    """Why the appointment could not be booked in `supply`; None where it could."""
    if appointment.topic not in supply.topics:
        return "topic"
    at_work = [shift for shift in supply.hours if _covers(shift, appointment)]
    if any(_touches(shift, appointment) for shift in supply.hours if shift.is_clinic):
        at_work = [shift for shift in at_work if shift.is_clinic]
    if not at_work:
        return "hours"
    speaking = [shift for shift in at_work if appointment.language in (shift.languages or supply.languages)]
    if not speaking:
        return "language"
    there = any(appointment.place in (shift.places or supply.places) for shift in speaking)
    return None if there else "place"


def _among(chosen: Collection[str], known: Collection[str], field: str) -> None:
    if not set(chosen) <= set(known):
        raise Invalid(field, "unknown")


def _check_shift(shift: Shift, field: str) -> None:
    if not shift.days:
        raise Invalid(field, "days")
    if not set(shift.days) <= set(DAYS) or not set(shift.nth) <= _NTH:
        raise Invalid(field, "unknown")
    if not _CLOCK.fullmatch(shift.opens) or not _CLOCK.fullmatch(shift.closes):
        raise Invalid(field, "clock")
    if shift.opens >= shift.closes:
        raise Invalid(field, "order")
    first, last = _day(shift.valid_from, field), _day(shift.valid_to, field)
    if first and last and (first > last or not _has_a_day(shift, first, last)):
        raise Invalid(field, "dates")


def _day(text: str | None, field: str) -> date | None:
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Invalid(field, "dates")


def _has_a_day(shift: Shift, first: date, last: date) -> bool:
    return any(shift.on(first + n * DAY) for n in range(min((last - first).days + 1, _LOOKED_AT)))


def _meet(one: Shift, other: Shift, today: date) -> bool:
    """Whether there is a day on which both are, at a common time."""
    if not set(one.days) & set(other.days) or one.opens >= other.closes or other.opens >= one.closes:
        return False
    first = max(today, *(date.fromisoformat(each.valid_from or "2000-01-01") for each in (one, other)))
    days = (first + n * DAY for n in range(_LOOKED_AT))
    return any(one.on(day) and other.on(day) for day in days)


def _covers(shift: Shift, appointment: Booked) -> bool:
    hours = shift.on(local(appointment.start).date())
    return hours is not None and hours[0] <= appointment.start and appointment.end <= hours[1]


def _touches(shift: Shift, appointment: Booked) -> bool:
    hours = shift.on(local(appointment.start).date())
    return hours is not None and hours[0] < appointment.end and appointment.start < hours[1]
