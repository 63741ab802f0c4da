"""Many workers and one job, one key, one dead job: one of them has it. Each guard taken away, and it goes wrong."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from databases import fresh, rows
from served import SetClock
from sqlalchemy import Connection, text, true

from services.database import Database
from services.errors import Conflict
from services.jobs import leases
from services.jobs.acts import dead, enqueue, retry, waiting
from services.jobs.kinds import Act, Kind
from services.jobs.leases import LEASE, Job, fail, lease_due
from services.jobs.runner import TOGETHER, Runner
from services.jobs.tables import jobs
from services.migrations import upgrade

WORKERS = 6
JOBS = 60


class Workers:
    """Workers with a connection each; what they did is counted in a table that refuses nothing."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = SetClock()
        self.databases = [Database(url) for _ in range(WORKERS)]
        kinds = {"effect": Kind(self.do)}
        self.runners = [Runner(database, self.clock, kinds) for database in self.databases]
        self.begun = 0
        self.all_begun = asyncio.Event()
        self.databases[0].now(lambda tx: tx.execute(text("CREATE TABLE effects (job VARCHAR(64))")))

    async def do(self, job: Job) -> Act:
        self.begun += 1
        if self.begun == WORKERS * TOGETHER:
            self.all_begun.set()
        await self.all_begun.wait()
        return partial(self.effect, job.id)

    @staticmethod
    def effect(job: str, tx: Connection, _now: Any) -> None:
        tx.execute(text("INSERT INTO effects VALUES (:job)"), {"job": job})

    async def want(self, many: int) -> set[str]:
        one = self.databases[0]
        return {await one.transaction(enqueue, "effect", self.clock()) for _ in range(many)}

    def effects(self) -> Counter[str]:
        return Counter(job for (job,) in rows(self.url, "SELECT job FROM effects"))


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[Workers]:
    workers = Workers(fresh(folder, upgrade))
    try:
        yield workers
    finally:
        for database in workers.databases:
            await asyncio.to_thread(database.close)


async def all_at_once(workers: Workers) -> set[str]:
    """Let every worker do what is due, and none end before all have their hands full; the jobs there were."""
    wanted = await workers.want(JOBS)
    await asyncio.gather(*(runner.run_due() for runner in workers.runners))
    return wanted


async def test_each_job_is_done_once(tmp_path: Path) -> None:
    async with at_work(tmp_path) as workers:
        assert Counter(await all_at_once(workers)) == workers.effects()


async def test_without_lease_and_fence_jobs_are_done_many_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "unleased", lambda _now, _lengths: true())
    monkeypatch.setattr(leases, "held", lambda job: jobs.c.id == job.id)
    async with at_work(tmp_path) as workers:
        wanted = await all_at_once(workers)
        assert set(workers.effects()) == wanted
        assert workers.effects() != Counter(wanted)


async def overtaken(workers: Workers) -> Counter[str]:
    """One worker is away for longer than its lease, another does the job meanwhile; then the first goes on."""
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(job: Job) -> Act:
        arrived.set()
        await go_on.wait()
        return partial(workers.effect, job.id)

    away = Runner(workers.databases[0], workers.clock, {"effect": Kind(slow)})
    await workers.want(1)
    doing = asyncio.create_task(away.run_due())
    await asyncio.wait_for(arrived.wait(), 5)
    workers.clock.now += LEASE
    workers.all_begun.set()
    assert await workers.runners[1].run_due() == 1
    go_on.set()
    await doing
    return workers.effects()


async def test_who_was_overtaken_leaves_no_trace(tmp_path: Path) -> None:
    async with at_work(tmp_path) as workers:
        assert list((await overtaken(workers)).values()) == [1]


async def test_without_the_fence_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "held", lambda job: jobs.c.id == job.id)
    async with at_work(tmp_path) as workers:
        assert list((await overtaken(workers)).values()) == [2]


async def test_the_same_thing_wanted_by_all_at_once_is_one_job(tmp_path: Path) -> None:
    async with at_work(tmp_path) as workers:
        wanted = (
            database.transaction(enqueue, "effect", workers.clock(), key=f"key {number}")
            for number in range(10)
            for database in workers.databases
        )
        ids = await asyncio.gather(*wanted)
        assert Counter(Counter(ids).values()) == {WORKERS: 10}
        assert len(await workers.databases[0].read(waiting)) == 10


async def test_a_dead_job_is_revived_by_one_of_many(tmp_path: Path) -> None:
    async with at_work(tmp_path) as workers:
        [job] = await workers.want(1)
        [leased] = await workers.databases[0].transaction(lease_due, workers.clock(), 1)
        await workers.databases[0].transaction(fail, leased, "no", workers.clock(), final=True)
        revived = [database.transaction(retry, job, workers.clock(), "an admin") for database in workers.databases]
        outcomes = await asyncio.gather(*revived, return_exceptions=True)
        assert [type(each) for each in outcomes if each is not None] == [Conflict] * (WORKERS - 1)
        assert rows(workers.url, "SELECT count(*) FROM audit") == [(1,)]
        assert await workers.databases[0].read(dead) == []
