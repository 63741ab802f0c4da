"""Jobs that come again and again, by Helsinki's wall clock: one row an occurrence, and only the next one is written.

What was missed (the server was off, the clock was put forward) is one row that is long due, so it is done once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cronsim import CronSim
from sqlalchemy import Connection, select

from services.clock import local
from services.jobs.acts import enqueue
from services.jobs.tables import is_open, jobs


@dataclass(frozen=True, slots=True)
class Recurring:
    """`cron`: five fields as crontab(5) has them. The two nights of summer time go as with Debian's cron(8):

    jobs at fixed times are done once, those in the hour that is left out right after it; jobs that come with every hour
    (`*`) come as often as there are hours.
    """

    kind: str
    cron: str

    def __post_init__(self) -> None:
        CronSim(self.cron, datetime.min.replace(tzinfo=UTC))  # raises CronSimError for what can never be

    def after(self, moment: datetime) -> datetime:
        """The first occurrence later than `moment`, in UTC."""
        # At a fixed time in the doubled hour cronsim means the first one, which may be over.
        occurrences = (each.astimezone(UTC) for each in CronSim(self.cron, local(moment)))
        return next(each for each in occurrences if each > moment)


def plan(tx: Connection, recurring: Iterable[Recurring], now: datetime) -> None:
    """Write the next occurrence of each, unless one is open that should be done by then."""
    for each in recurring:
        at = each.after(now)
        key = f"{each.kind}@{at:%Y-%m-%dT%H:%MZ}"
        # An open one with a later key was written by a clock that was wrong.
        if not tx.scalar(select(jobs.c.id).where(is_open, jobs.c.kind == each.kind, jobs.c.key <= key).limit(1)):
            enqueue(tx, each.kind, now, due_at=at, key=key)
