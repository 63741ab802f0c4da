"""Reading an expert's outside calendar: by a job every quarter of an hour, and at once when its address is saved."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from bot.feeds.fetching import Fetcher, NotFetched
from services.appointments.bookable import HORIZON
from services.appointments.feed_process import busy_apart
from services.appointments.feed_reading import Unreadable
from services.appointments.feeds import fail_feed, feed_of, keep_feed
from services.clock import Clock, local
from services.database import Database
from services.errors import NotFound
from services.jobs.kinds import Act
from services.jobs.leases import Job

DAYS = HORIZON.days + 2
"""Today, the days on which can be booked, and one more: appointments of the last day may end after midnight."""


class Feeds:
    """Reads outside calendars into `database`."""

    def __init__(self, database: Database, clock: Clock, fetcher: Fetcher | None = None) -> None:
        self._database = database
        self._clock = clock
        self._fetcher = fetcher or Fetcher()

    async def do(self, job: Job) -> Act | None:
        """A job's handler. A calendar that cannot be read is no failure of the job: its expert is told."""
        return await self._read(job.subject or "")

    async def read(self, expert: str) -> None:
        """Read an expert's calendar now."""
        act = await self._read(expert)
        if act is not None:
            await self._database.transaction(act, self._clock())

    async def _read(self, expert: str) -> Act | None:
        """What is to be written of the calendar as it is now; nothing where there is none any more."""
        try:
            feed = await self._database.read(feed_of, expert)
        except NotFound:
            return None
        if feed.url is None:
            return None
        try:
            text = await self._fetcher.fetch(feed.url)
            spans = await busy_apart(text, local(self._clock()).date(), DAYS)
        except (NotFetched, Unreadable) as problem:
            return partial(_failed, expert, feed.url, problem.code)
        return partial(_kept, expert, feed.url, spans)


def _failed(expert: str, url: str, problem: str, tx: Any, now: datetime) -> None:
    fail_feed(tx, expert, url, problem, now)


def _kept(expert: str, url: str, spans: list[Any], tx: Any, now: datetime) -> None:
    keep_feed(tx, expert, url, spans, now)
