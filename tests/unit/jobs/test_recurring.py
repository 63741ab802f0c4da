"""When jobs that come again come, by hand; and that a clock that jumps neither stops nor multiplies them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cronsim import CronSimError
from served import SetClock

from bot.jobs import RECURRING
from services.database import Database
from services.jobs.acts import waiting
from services.jobs.kinds import Act, Kind
from services.jobs.leases import Job
from services.jobs.recurring import Recurring, plan
from services.jobs.runner import Runner

# Helsinki is two hours ahead of UTC in winter and three in summer. On 28 March 2027 the hour from 03 to 04 is left out
# (at 01 UTC), on 31 October 2027 it comes twice (from 00 to 02 UTC).
TABLE = {
    # a daily job in the hour that is left out: right after it
    ("15 3 * * *", "2027-03-26 12:00"): ("2027-03-27 01:15", "2027-03-28 01:00", "2027-03-29 00:15"),
    # in the hour that comes twice: the first time
    ("15 3 * * *", "2027-10-29 12:00"): ("2027-10-30 00:15", "2027-10-31 00:15", "2027-11-01 01:15"),
    # from between the first and the second time
    ("30 3 * * *", "2027-10-31 00:45"): ("2027-11-01 01:30",),
    ("30 3 * * *", "2027-10-31 01:10"): ("2027-11-01 01:30",),
    # two in the hour that is left out fall together
    ("0,30 3 * * *", "2027-03-27 12:00"): ("2027-03-28 01:00", "2027-03-29 00:00", "2027-03-29 00:30"),
    # just outside of both
    ("30 2 * * *", "2027-03-27 12:00"): ("2027-03-28 00:30", "2027-03-28 23:30"),
    ("0 4 * * *", "2027-03-27 12:00"): ("2027-03-28 01:00", "2027-03-29 01:00"),
    ("0 4 * * *", "2027-10-30 12:00"): ("2027-10-31 02:00", "2027-11-01 02:00"),
    # every hour there is
    ("0 * * * *", "2027-03-27 23:30"): ("2027-03-28 00:00", "2027-03-28 01:00", "2027-03-28 02:00"),
    ("0 * * * *", "2027-10-30 23:30"): ("2027-10-31 00:00", "2027-10-31 01:00", "2027-10-31 02:00"),
    # every twenty minutes of an hour: none of one that is left out, twice of one that comes twice
    ("*/20 3 * * *", "2027-03-27 12:00"): ("2027-03-29 00:00", "2027-03-29 00:20"),
    ("*/20 3 * * *", "2027-10-31 00:30"): ("2027-10-31 00:40", "2027-10-31 01:00", "2027-10-31 01:20"),
    # Mondays at nine on the wall, in winter and summer
    ("0 9 * * 1", "2027-03-21 12:00"): ("2027-03-22 07:00", "2027-03-29 06:00"),
    ("0 9 * * 1", "2027-10-24 12:00"): ("2027-10-25 06:00", "2027-11-01 07:00"),
    # a leap day, and the last day of February
    ("0 9 29 2 *", "2027-01-01 00:00"): ("2028-02-29 07:00", "2032-02-29 07:00"),
    ("0 0 L 2 *", "2027-01-01 00:00"): ("2027-02-27 22:00", "2028-02-28 22:00"),
    # over midnight, where the day is another in UTC
    ("30 0 1 1 *", "2027-06-01 00:00"): ("2027-12-31 22:30",),
}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("cron", "start"), TABLE)
def test_occurrences(cron: str, start: str) -> None:
    moment, expected = utc(start), [utc(text) for text in TABLE[cron, start]]
    seen = []
    for _ in expected:
        moment = Recurring("job", cron).after(moment)
        seen.append(moment)
    assert seen == expected


def test_the_table_is_long_enough() -> None:
    assert sum(map(len, TABLE.values())) >= 20


def test_the_moment_itself_and_its_fractions_are_not_later() -> None:
    hourly = Recurring("job", "0 * * * *")
    assert hourly.after(utc("2027-05-05 10:00")) == utc("2027-05-05 11:00")
    assert hourly.after(utc("2027-05-05 09:59") + timedelta(seconds=59.9)) == utc("2027-05-05 10:00")


@pytest.mark.parametrize("cron", ["", "0 * * *", "61 * * * *", "0 0 30 2 *", "soon"])
def test_what_can_never_be_is_refused_at_the_start(cron: str) -> None:
    with pytest.raises(CronSimError):
        Recurring("job", cron)


def test_what_the_product_does_by_itself_is_planned(database: Database) -> None:
    database.now(plan, RECURRING, utc("2027-03-27 12:10"))
    assert {(row.kind, f"{row.due_at:%d %H:%M}") for row in database.now(waiting)} == {
        ("uploads.purge", "27 13:00"),
        ("appointments.close", "27 12:15"),
        ("feeds.read", "27 12:15"),
        ("jobs.forget", "28 01:00"),
        ("accounts.forget", "28 01:00"),
        ("audit.forget", "28 01:00"),
        ("video.forget", "28 01:00"),
        ("calls.forget", "28 01:00"),
        ("appointments.forget_past", "28 01:00"),
    }


class Hourly:
    """A job every hour, and when it was done."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.clock = clock
        self.done: list[datetime] = []
        self.recurring = Recurring("hourly", "0 * * * *")
        self.runner = Runner(database, clock, {"hourly": Kind(self)}, [self.recurring])

    async def __call__(self, _job: Job) -> Act | None:
        self.done.append(self.clock())
        return None

    async def look(self) -> list[str]:
        """A worker's round; what is due when afterwards."""
        await self.database.transaction(plan, [self.recurring], self.clock())
        await self.runner.run_due()
        return [f"{row.due_at:%d %H:%M}" for row in self.database.now(waiting)]


@pytest.fixture
def hourly(database: Database, clock: SetClock) -> Hourly:
    clock.now = utc("2027-05-05 09:30")
    return Hourly(database, clock)


async def test_it_comes_again_and_again(hourly: Hourly) -> None:
    for hour in range(10, 20):
        assert await hourly.look() == await hourly.look() == [f"05 {hour}:00"]
        hourly.clock.now = utc(f"2027-05-05 {hour}:01")
    assert len(hourly.done) == 9


async def test_the_next_is_written_where_the_present_one_is_done(hourly: Hourly) -> None:
    await hourly.look()
    hourly.clock.now = utc("2027-05-05 10:01")
    await hourly.runner.run_due()
    assert [f"{row.due_at:%H:%M}" for row in hourly.database.now(waiting)] == ["11:00"]


async def test_what_was_missed_is_done_once(hourly: Hourly) -> None:
    await hourly.look()
    hourly.clock.forward(days=3)
    assert await hourly.look() == ["08 10:00"]
    assert len(hourly.done) == 1


async def test_a_clock_that_was_a_year_ahead_stops_nothing(hourly: Hourly) -> None:
    await hourly.look()
    hourly.clock.forward(days=365)
    await hourly.look()
    hourly.clock.forward(days=-365)
    assert "05 10:00" not in [f"{row.due_at:%d %H:%M}" for row in hourly.database.now(waiting)]  # done, too early
    hourly.clock.now = utc("2027-05-05 10:30")
    await hourly.look()
    hourly.clock.now = utc("2027-05-05 11:30")
    await hourly.look()
    assert hourly.done[-1] == utc("2027-05-05 11:30")
    assert len(hourly.done) == 2


async def test_a_clock_that_is_put_back_an_hour_repeats_and_stops_nothing(hourly: Hourly) -> None:
    await hourly.look()
    hourly.clock.now = utc("2027-05-05 10:30")
    await hourly.look()
    for minute in (31, 59):
        hourly.clock.now = utc(f"2027-05-05 09:{minute}")
        assert await hourly.look() == ["05 11:00"]
    hourly.clock.now = utc("2027-05-05 11:30")
    assert await hourly.look() == ["05 12:00"]
    assert len(hourly.done) == 2


async def test_one_that_fails_is_tried_again_and_does_not_pile_up(database: Database, clock: SetClock) -> None:
    broken = Recurring("broken", "0 * * * *")
    runner = Runner(database, clock, {}, [broken])  # its code is gone
    for _ in range(20):
        await database.transaction(plan, [broken], clock())
        await runner.run_due()
        clock.forward(hours=1)
        assert len(database.now(waiting)) == 1
