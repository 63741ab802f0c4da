"""The task that does jobs: what it does of a handler's ends, when it rests, and that it outlives what goes wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import fresh
from served import SetClock

from services.database import Database
from services.errors import DatabaseAway
from services.jobs.acts import dead, enqueue, waiting
from services.jobs.kinds import Act, Kind, NotNow, Refused, inside
from services.jobs.leases import LEASE, Job
from services.jobs.recurring import Recurring
from services.jobs.runner import Runner
from services.migrations import upgrade


class Calls:
    """A handler that keeps what it was called with and ends as told."""

    def __init__(self, end: Callable[[], Act | None] = lambda: None) -> None:
        self.jobs: list[Job] = []
        self.called = asyncio.Event()
        self._end = end

    async def __call__(self, job: Job) -> Act | None:
        self.jobs.append(job)
        self.called.set()
        return self._end()


def raising(error: Exception) -> Calls:
    def end() -> None:
        raise error

    return Calls(end)


class Stuck(Calls):
    """A handler that does not end by itself."""

    async def __call__(self, job: Job) -> Act | None:
        await super().__call__(job)
        await asyncio.Event().wait()
        return None


async def want(database: Database, clock: SetClock, *kinds: str) -> None:
    for kind in kinds:
        await database.transaction(enqueue, kind, clock())


async def told(database: Database) -> tuple[int, str | None]:
    """Attempts of the only open job, and what is said of it."""
    [row] = await database.read(waiting)
    return row.attempts, row.last_error


async def test_a_job_and_its_act_are_done(database: Database, clock: SetClock) -> None:
    calls = Calls(lambda: lambda tx, now: enqueue(tx, "second", now, body={"number": 2}))
    second = Calls()
    runner = Runner(database, clock, {"first": Kind(calls), "second": Kind(second)})
    await want(database, clock, "first")
    assert await runner.run_due() == 2
    assert await runner.run_due() == 0
    assert ([job.kind for job in calls.jobs], [job.body for job in second.jobs]) == (["first"], [{"number": 2}])
    assert await database.read(waiting) == []


async def test_a_job_may_be_nothing_but_an_act(database: Database, clock: SetClock) -> None:
    runner = Runner(database, clock, {"act": Kind(inside(lambda tx, now: enqueue(tx, "effect", now)))})
    await want(database, clock, "act")
    await runner.run_due()
    assert [row.kind for row in await database.read(waiting)] == ["effect"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(Refused("mailbox busy"), "mailbox busy"), (RuntimeError("words of a citizen"), "RuntimeError")],
)
async def test_a_failure_is_counted_and_told_without_words_of_people(
    database: Database, clock: SetClock, error: Exception, reason: str
) -> None:
    calls = raising(error)
    runner = Runner(database, clock, {"job": Kind(calls)})
    await want(database, clock, "job")
    assert await runner.run_due() == await runner.run_due() == 0
    assert await told(database) == (1, reason)
    clock.forward(minutes=1)
    await runner.run_due()
    assert await told(database) == (2, reason)


async def test_an_act_that_fails_is_a_failure_of_the_job(database: Database, clock: SetClock) -> None:
    def broken(_tx: Any, _now: Any) -> None:
        raise Refused("the appointment is gone", final=True)

    runner = Runner(database, clock, {"job": Kind(inside(broken))})
    await want(database, clock, "job")
    await runner.run_due()
    assert [row.last_error for row in await database.read(dead)] == ["the appointment is gone"]


async def test_a_kind_that_nobody_knows_ends_dead(database: Database, clock: SetClock) -> None:
    runner = Runner(database, clock, {})
    await want(database, clock, "gone")
    await runner.run_due()
    assert await told(database) == (1, "unknown kind")
    while await database.read(waiting):
        clock.forward(days=1)
        await runner.run_due()
    [row] = await database.read(dead)
    assert (row.kind, row.attempts, row.last_error) == ("gone", 8, "unknown kind")


async def test_a_handler_is_cut_off_before_its_lease_ends(database: Database, clock: SetClock) -> None:
    runner = Runner(database, clock, {"job": Kind(Stuck(), timedelta(seconds=0.1))})
    await want(database, clock, "job")
    assert await asyncio.wait_for(runner.run_due(), 5) == 0
    assert await told(database) == (1, "took longer than its lease")


async def test_a_time_out_of_its_own_is_told_as_such(database: Database, clock: SetClock) -> None:
    runner = Runner(database, clock, {"job": Kind(raising(TimeoutError()))})
    await want(database, clock, "job")
    await runner.run_due()
    assert await told(database) == (1, "TimeoutError")


async def test_a_kind_rests_while_others_go_on(database: Database, clock: SetClock) -> None:
    mail, other = raising(NotNow("mail server away", timedelta(hours=1))), Calls()
    runner = Runner(database, clock, {"mail": Kind(mail), "other": Kind(other)}, poll=0.01)
    await want(database, clock, "mail")
    runner.start()
    await asyncio.wait_for(mail.called.wait(), 5)
    for number in range(5):
        other.called.clear()
        await want(database, clock, "mail", "other")
        runner.wake()
        await asyncio.wait_for(other.called.wait(), 5)
        assert len(other.jobs) == number + 1
    await runner.stop()
    assert len(mail.jobs) == 1
    assert {row.attempts for row in await database.read(waiting) if row.kind == "mail"} == {0}
    mail._end = lambda: None
    assert await runner.run_due() >= 6  # as after a start


async def test_a_commit_wakes_it_and_so_does_time(database: Database, clock: SetClock) -> None:
    for poll, wake in ((600.0, True), (0.01, False)):
        calls = Calls()
        runner = Runner(database, clock, {"job": Kind(calls)}, poll=poll)
        runner.start()
        await want(database, clock, "job")
        if wake:
            runner.wake()
        await asyncio.wait_for(calls.called.wait(), 5)
        await runner.stop()
        clock.now += LEASE
        await runner.run_due()


async def test_no_more_at_once_than_told_and_no_slow_one_holds_the_others_up(
    database: Database, clock: SetClock
) -> None:
    stuck, quick = Stuck(), Calls()
    runner = Runner(database, clock, {"stuck": Kind(stuck), "quick": Kind(quick)}, poll=600, together=2)
    await want(database, clock, "stuck", *["quick"] * 10)
    runner.start()
    async with asyncio.timeout(5):
        while [row.kind for row in await database.read(waiting)] != ["stuck"]:  # noqa: ASYNC110 the runner rings no bell for us
            await asyncio.sleep(0)
    stuck.called.clear()
    await want(database, clock, "stuck")
    runner.wake()
    await asyncio.wait_for(stuck.called.wait(), 5)
    await want(database, clock, "quick")
    for _ in range(5):
        runner.wake()
        await database.transaction(lambda _tx: None)
    assert (len(stuck.jobs), len(quick.jobs)) == (2, 10)
    await asyncio.wait_for(runner.stop(), 5)


async def test_stopped_at_once_it_leaves_a_job_leased_for_another(database: Database, clock: SetClock) -> None:
    stuck, calls = Stuck(), Calls()
    runner = Runner(database, clock, {"job": Kind(stuck)})
    await want(database, clock, "job")
    runner.start()
    await asyncio.wait_for(stuck.called.wait(), 5)
    await asyncio.wait_for(runner.stop(), 5)
    await runner.stop()
    another = Runner(database, clock, {"job": Kind(calls)})
    assert await another.run_due() == 0
    clock.now += LEASE
    assert await another.run_due() == 1
    assert [job.attempts for job in calls.jobs] == [2]


async def test_what_comes_again_is_planned_at_the_start(database: Database, clock: SetClock) -> None:
    runner = Runner(database, clock, {}, [Recurring("hourly", "0 * * * *")], poll=0.01)
    runner.start()
    async with asyncio.timeout(5):
        while not await database.read(waiting):  # noqa: ASYNC110 the runner rings no bell for us
            await asyncio.sleep(0)
    await runner.stop()
    assert [row.kind for row in await database.read(waiting)] == ["hourly"]


class Flickering(Database):
    """A database that does not answer while `away`."""

    away = True
    asked = 0

    async def transaction(self, act: Any, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        if self.away:
            raise DatabaseAway("no answer")
        return await super().transaction(act, *args, **kwargs)


async def test_it_outlives_a_database_that_is_away_and_says_so_once(
    tmp_path: Path, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "porina.jobs")
    database = Flickering(fresh(tmp_path, upgrade))
    calls = Calls()
    runner = Runner(database, clock, {"job": Kind(calls)}, poll=0.001)
    runner.start()
    async with asyncio.timeout(5):
        while database.asked < 10:  # noqa: ASYNC110 the runner rings no bell for us
            await asyncio.sleep(0)
    database.away = False
    await want(database, clock, "job")
    await asyncio.wait_for(calls.called.wait(), 5)
    await runner.stop()
    database.close()
    assert [record.getMessage() for record in caplog.records] == ["jobs wait until the database answers", "jobs go on"]


async def test_a_database_that_goes_away_is_no_fault_of_the_job(tmp_path: Path, clock: SetClock) -> None:
    database = Flickering(fresh(tmp_path, upgrade))
    database.away = False

    def go() -> None:
        database.away = True

    runner = Runner(database, clock, {"job": Kind(Calls(go))})
    await want(database, clock, "job")
    with pytest.raises(DatabaseAway):
        await runner.run_due()
    database.away = False
    assert await told(database) == (1, None)
    clock.now += LEASE
    assert await Runner(database, clock, {"job": Kind(Calls())}).run_due() == 1
    database.close()
