"""When somebody works or a place is open, by Helsinki's wall clock; and the same in cells of UTC. Pure.

A day's cells are found in UTC from the edges of the local hours, so that the two days a year on which the clock is
changed have neither missing nor doubled times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from services.clock import HELSINKI

CELL = timedelta(minutes=5)
CELL_MINUTES = 5
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shift:
    """Weekly hours: day names `mon` … `sun`, wall-clock times "HH:MM" (24:00 allowed as an end).

    `nth`: only the first (1) … fifth, or the last (-1) such day of a month. `places`, `languages`: only there and only
    in these. With any of the three it is a clinic, and during a clinic the expert's other hours do not count.
    """

    days: tuple[str, ...]
    opens: str
    closes: str
    valid_from: str | None = None
    valid_to: str | None = None
    nth: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def is_clinic(self) -> bool:
        return bool(self.nth or self.places or self.languages)

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """The shift on the local `day` in UTC; None where there is none."""
        if DAYS[day.weekday()] not in self.days or not self._is_nth(day):
            return None
        if not (self.valid_from or "") <= day.isoformat() <= (self.valid_to or "9999-12-31"):
            return None
        return moment(day, self.opens), moment(day, self.closes)

    def _is_nth(self, day: date) -> bool:
        if not self.nth:
            return True
        is_last = (day + 7 * DAY).month != day.month
        return (day.day - 1) // 7 + 1 in self.nth or (is_last and -1 in self.nth)


def moment(day: date, clock: str) -> datetime:
    """When it is `clock` on the local `day`, in UTC; the first of two such moments."""
    hours, minutes = map(int, clock.split(":"))
    if hours == 24:
        day, hours = day + DAY, 0
    return datetime.combine(day, time(hours, minutes), HELSINKI).astimezone(UTC)


def cell_of(instant: datetime) -> int:
    """The number of the cell that `instant` (UTC) is in."""
    return (instant - EPOCH) // CELL


def cells_in(minutes: int) -> int:
    """How many cells `minutes` take."""
    return -(-minutes // CELL_MINUTES)


def instant_of(cell: int) -> datetime:
    """When a cell begins, in UTC."""
    return EPOCH + cell * CELL


# What follows are sets of cells as integers: bit i is the cell i after the local midnight of `first`.


@lru_cache(maxsize=8192)
def open_cells(hours: tuple[Shift, ...], first: date, days: int) -> int:
    """The cells of the `days` from `first` on that lie wholly in one of `hours`."""
    base, found = cell_of(moment(first, "00:00")), 0
    for opens, closes in _spans(hours, first, days):
        begin = -((EPOCH - opens) // CELL) - base
        found |= span(begin, cell_of(closes) - base - begin)
    return found


@lru_cache(maxsize=8192)
def start_cells(shift: Shift, minutes: int, step: int, first: date, days: int) -> int:
    """Where something of `minutes` can begin in `shift`: every `step` minutes from when it opens, if it still fits."""
    base, found = cell_of(moment(first, "00:00")), 0
    for opens, closes in _spans((shift,), first, days):
        begin, last = -((EPOCH - opens) // CELL), cell_of(closes) - cells_in(minutes)
        for cell in range(begin, last + 1, cells_in(step)):
            found |= 1 << (cell - base)
    return found


def beginnings(hours: tuple[Shift, ...], cells: int, first: date, days: int) -> int:
    """Where something of `cells` can begin and end within the hours."""
    whole = (1 << cell_of(moment(first + days * DAY, "00:00")) - cell_of(moment(first, "00:00"))) - 1
    return ~spread_back(~open_cells(hours, first, days) & whole, cells)


def bits(cells: int) -> Iterator[int]:
    """The numbers of the bits that are set, in order."""
    digits = bin(cells)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def span(begin: int, cells: int) -> int:
    """`cells` bits from `begin` on; what lies before the first bit is left out."""
    end = begin + cells
    return ((1 << max(end, 0)) - 1) & ~((1 << max(begin, 0)) - 1)


def spread_back(cells: int, length: int) -> int:
    """The starts from which `length` cells would meet one of `cells`."""
    reached = 1
    while reached < length:
        by = min(reached, length - reached)
        cells |= cells >> by
        reached += by
    return cells


def spread(cells: int, length: int) -> int:
    """All cells that `length` cells from each of `cells` cover."""
    reached = 1
    while reached < length:
        by = min(reached, length - reached)
        cells |= cells << by
        reached += by
    return cells


def _spans(hours: tuple[Shift, ...], first: date, days: int) -> list[tuple[datetime, datetime]]:
    found = [shift.on(first + n * DAY) for n in range(days) for shift in hours]
    return [each for each in found if each is not None]
