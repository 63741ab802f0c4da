"""Opening hours: weekly hours, exceptional days and validity, on Helsinki's wall clock → open now, or when next.

Pure: a unit and a moment in, a status out. Hours over midnight are written as two (18:00–24:00, 00:00–02:00) and are
one span here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from knowledge.model import Unit
from services.clock import HELSINKI, local

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AHEAD = 21
_ALWAYS = timedelta(days=8)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Status:
    """`open` with `changes` the closing time (None: day and night); `closed` with the next opening (None: none in
    sight); `unknown` where the content has no hours."""

    state: Literal["open", "closed", "unknown"]
    changes: datetime | None = None


def status(unit: Unit, now: datetime) -> Status:
    """Whether the unit is open at `now`, and when that changes; times in UTC."""
    if not unit.hours and not unit.exceptions:
        return Status("unknown")
    today = local(now).date()
    spans = _joined([span for ahead in range(-1, _AHEAD) for span in on(unit, today + timedelta(days=ahead))])
    for opens, closes in spans:
        if opens <= now < closes:
            return Status("open", closes if closes - now < _ALWAYS else None)
        if opens > now:
            return Status("closed", opens)
    return Status("closed")


def on(unit: Unit, day: date) -> list[Span]:
    """The opening hours of one local day, in UTC and in order; an exceptional day replaces the weekly hours."""
    written = day.isoformat()
    exceptions = [each for each in unit.exceptions if each.date == written]
    if exceptions:
        hours = [(each.opens, each.closes) for each in exceptions if not each.closed]
    else:
        hours = [
            (each.opens, each.closes)
            for each in unit.hours
            if _DAYS[day.weekday()] in each.days
            and (each.valid_from or "") <= written <= (each.valid_to or "9999-12-31")
        ]
    return sorted((_moment(day, opens), _moment(day, closes)) for opens, closes in hours if opens and closes)


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(closes, joined[-1][1])
        else:
            joined.append((opens, closes))
    return joined


def _moment(day: date, clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    if hours == 24:
        day, hours = day + timedelta(days=1), 0
    return datetime.combine(day, time(hours, minutes), HELSINKI).astimezone(UTC)
