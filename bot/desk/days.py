"""Which day is asked for, and when it begins and ends. Days are Helsinki's: one a year has 23 hours, one 25."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from services.clock import HELSINKI, local

DAY = timedelta(days=1)
_WRITTEN = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


def asked_day(text: str, today: date) -> date:
    """The day of this century that `text` names as YYYY-MM-DD; today where it names none."""
    try:
        return date.fromisoformat(text) if _WRITTEN.fullmatch(text) else today
    except ValueError:
        return today


def span(day: date) -> tuple[datetime, datetime]:
    """The first moment of `day` and that of the next day, in UTC."""
    return _midnight(day), _midnight(day + DAY)


def busy_days(starts: Iterable[datetime], most: int) -> list[tuple[date, int]]:
    """The first `most` days of moments that are in order, each with how many it has."""
    return list(islice(Counter(local(start).date() for start in starts).items(), most))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI).astimezone(UTC)
