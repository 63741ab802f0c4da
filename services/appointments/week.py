"""An expert's week as its owner sees it, a list by day: what is booked, what is free, when nobody is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from services.appointments import reserving
from services.appointments.holidays import public_holidays
from services.appointments.records import COMING, Booked, of_expert
from services.appointments.reserving import taken
from services.appointments.shifts import DAY, Shift, cell_of, instant_of, moment
from services.appointments.supply import Absence, Keeper, absences_of

DAYS = 7


@dataclass(frozen=True, slots=True)
class Free:
    """Time of a shift (UTC) in which nothing is booked yet."""

    start: datetime
    end: datetime
    shift: Shift


@dataclass(frozen=True, slots=True)
class Day:
    """A local day. On a public holiday nothing is offered, whatever the hours say."""

    date: date
    holiday: bool
    booked: tuple[Booked, ...]
    away: tuple[Absence, ...]
    free: tuple[Free, ...]


def week(tx: Connection, whose: Keeper, monday: date, now: datetime) -> list[Day]:
    """The seven days from `monday` on; of what is free only what is still to come."""
    begin, end = moment(monday, "00:00"), moment(monday + DAYS * DAY, "00:00")
    expert = whose.expert or ""
    booked = [each for each in of_expert(tx, expert, begin, end) if each.state in {*COMING, "done", "no_show"}]
    away = absences_of(tx, expert, begin, end)
    first = cell_of(begin)
    resource = reserving.expert(expert)
    blocked = taken(tx, [resource], first, cell_of(end) - first).get(resource, 0)
    return [_day(whose, monday + n * DAY, booked, away, blocked, first, now) for n in range(DAYS)]


def _day(
    whose: Keeper, day: date, booked: list[Booked], away: list[Absence], blocked: int, first: int, now: datetime
) -> Day:
    begin, end = moment(day, "00:00"), moment(day + DAY, "00:00")
    holiday = day in public_holidays(day.year)
    free = (
        [] if holiday else [each for shift in whose.supply.hours for each in _free(whose, shift, day, blocked, first)]
    )
    return Day(
        day,
        holiday,
        tuple(each for each in booked if begin <= each.start < end),
        tuple(each for each in away if each.start < end and each.end > begin),
        tuple(sorted((each for each in free if each.end > now), key=lambda each: (each.start, each.end))),
    )


def _free(whose: Keeper, shift: Shift, day: date, blocked: int, first: int) -> Iterator[Free]:
    """What is left of a shift on `day`; during a clinic the other hours do not count."""
    hours = shift.on(day)
    if hours is None:
        return
    clinics = [] if shift.is_clinic else [each.on(day) for each in whose.supply.hours if each.is_clinic]
    start: int | None = None
    for cell in range(cell_of(hours[0]), cell_of(hours[1]) + 1):
        at = instant_of(cell)
        in_clinic = any(span is not None and span[0] <= at < span[1] for span in clinics)
        is_free = at < hours[1] and not blocked >> (cell - first) & 1 and not in_clinic
        if is_free and start is None:
            start = cell
        if not is_free and start is not None:
            yield Free(instant_of(start), at, shift)
            start = None
