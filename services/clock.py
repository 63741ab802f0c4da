"""The only place that asks what time it is. Stored times are UTC; people are shown Helsinki's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

HELSINKI = ZoneInfo("Europe/Helsinki")


def utc_now() -> datetime:
    """This moment, aware, in UTC. Parts of the product take a `Clock`; this one is given to them by `bot/app.py`."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """`moment` on Helsinki's wall clock, for show and for calendar rules; compare and subtract in UTC only."""
    return moment.astimezone(HELSINKI)
