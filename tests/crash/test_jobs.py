"""kill -9 among workers: each job's effect exactly once, none left lying after its lease.

Real processes on a real database. One is killed every second, in the midst of its jobs, and a new one started, until a
thousand jobs are done. The control takes lease and fence away from the workers, and the same check must then fail.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from databases import POSTGRESQL, SQLITE, fresh, rows
from job_worker import POLL_S
from sqlalchemy import Connection, func, select, text

from services.clock import utc_now
from services.database import Database
from services.jobs.acts import enqueue
from services.jobs.tables import is_open, jobs
from services.migrations import upgrade

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

WORKER = str(Path(__file__).with_name("job_worker.py"))
START_S = 30
LOOK_S = 0.1
SLACK_S = 2.0  # for a machine that has other things to do
KINDS = (SQLITE, POSTGRESQL)


class Crew:
    """Worker processes. `ready` has those at work, the longest first, and since when."""

    def __init__(self, url: str, file: Path, *how: str) -> None:
        self.command = [sys.executable, WORKER, url, str(file), *how]
        self.ready: list[tuple[asyncio.subprocess.Process, datetime]] = []
        self._all: list[asyncio.subprocess.Process] = []
        self._coming: set[asyncio.Task[None]] = set()

    async def hire(self) -> None:
        process = await asyncio.create_subprocess_exec(*self.command, stdout=asyncio.subprocess.PIPE)
        self._all.append(process)
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), START_S) == b"ready\n"
        self.ready.append((process, utc_now()))

    async def replace(self) -> None:
        """Kill one and start another; ends while that one is coming, unless there is no other."""
        process, _ = self.ready.pop(0)
        assert process.returncode is None, "it ended by itself"
        process.kill()
        await process.wait()
        coming = asyncio.create_task(self.hire())
        self._coming.add(coming)
        coming.add_done_callback(self._coming.discard)
        if not self.ready:
            await asyncio.wait(self._coming, return_when=asyncio.FIRST_COMPLETED)

    async def leave(self) -> None:
        await asyncio.gather(*self._coming, return_exceptions=True)
        for process in self._all:
            if process.returncode is None:
                process.kill()
                await process.wait()


@asynccontextmanager
async def crew(size: int, url: str, file: Path, *how: str) -> AsyncIterator[Crew]:
    hired = Crew(url, file, *how)
    try:
        await asyncio.gather(*(hired.hire() for _ in range(size)))
        yield hired
    finally:
        await hired.leave()


def want(tx: Connection, many: int) -> list[str]:
    tx.execute(text("CREATE TABLE effects (job VARCHAR(64))"))
    return [enqueue(tx, "effect", utc_now()) for _ in range(many)]


def left(tx: Connection) -> tuple[int, datetime | None]:
    """How many jobs are open, and when the first of their leases ends or has ended."""
    count, first = tx.execute(select(func.count(), func.min(jobs.c.leased_until)).where(is_open)).one()
    return count, first


async def until_done(database: Database, hired: Crew) -> timedelta:
    """Wait until no job is open; the longest that one lay there after its lease while somebody was at work."""
    longest = timedelta()
    while True:
        at_work = [since for _, since in hired.ready]
        count, first = await database.read(left)
        if not count:
            return longest
        if first and at_work:
            longest = max(longest, utc_now() - max(first, at_work[0]))
        await asyncio.sleep(LOOK_S)


def check(url: str, wanted: list[str]) -> None:
    """Each effect once."""
    effects = Counter(job for (job,) in rows(url, "SELECT job FROM effects"))
    assert set(effects) == set(wanted)
    assert [job for job, times in effects.items() if times > 1] == []


@pytest.mark.parametrize(("kind", "workers", "seconds"), [(SQLITE, 1, 0.05), (POSTGRESQL, 4, 0.2)], ids=KINDS)
async def test_a_thousand_jobs_and_a_worker_killed_every_second(
    tmp_path: Path, kind: str, workers: int, seconds: float
) -> None:
    url, file = fresh(tmp_path, upgrade, kind), tmp_path / "outside"
    database = Database(url)
    wanted = database.now(want, 1000)
    killed = 0
    async with crew(workers, url, file, str(seconds)) as hired, asyncio.timeout(240):
        done = asyncio.create_task(until_done(database, hired))
        while not done.done():
            await asyncio.wait({done}, timeout=1)
            if not done.done():
                await hired.replace()
                killed += 1
        idle = await done
    check(url, wanted)
    interrupted = rows(url, "SELECT sum(attempts) - count(*) FROM jobs")[0][0]
    outside = Counter(file.read_text().split())
    print(f"{kind}: {killed} kills, {interrupted} jobs interrupted, at the longest {idle.total_seconds():.2f} s idle")
    assert rows(url, "SELECT count(*) FROM jobs WHERE failed_at IS NOT NULL") == [(0,)]
    assert killed >= 8
    assert interrupted >= killed  # every kill met work
    assert set(outside) == set(wanted)
    assert sum(outside.values()) - len(wanted) <= interrupted
    assert idle.total_seconds() <= POLL_S + SLACK_S
    database.close()


@pytest.mark.parametrize(("kind", "workers"), [(SQLITE, 1), (POSTGRESQL, 4)], ids=KINDS)
async def test_without_lease_and_fence_effects_are_doubled(tmp_path: Path, kind: str, workers: int) -> None:
    url = fresh(tmp_path, upgrade, kind)
    database = Database(url)
    wanted = database.now(want, 60)
    async with crew(workers, url, tmp_path / "outside", "0.1", "unguarded") as hired, asyncio.timeout(60):
        await until_done(database, hired)
    with pytest.raises(AssertionError):
        check(url, wanted)
    database.close()
