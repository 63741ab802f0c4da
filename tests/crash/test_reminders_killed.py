"""kill -9 among workers that remind: each appointment is reminded of exactly once, in one mail.

Two real processes on PostgreSQL. One is killed every second, in the midst of its jobs, and a new one started. What
happens without lease and fence is seen in `tests/flow/test_reminders.py`.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from databases import POSTGRESQL, fresh, rows
from desks import appoint
from sqlalchemy import Connection
from test_jobs import Crew, until_done

from services.appointments.records import by_id
from services.appointments.reminding import plan
from services.clock import utc_now
from services.database import Database
from services.migrations import upgrade

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

WORKER = str(Path(__file__).with_name("reminder_worker.py"))
SECRET = "a secret of the tests"
ROOT = Path(__file__).parents[2]


def want(tx: Connection, many: int) -> list[str]:
    """Appointments in the next hour; reminders of a day and of an hour before are due, of which one is of use."""
    start = utc_now() + timedelta(minutes=55)
    ids = [appoint(tx, start, secret=SECRET) for _ in range(many)]
    for each in ids:
        plan(tx, by_id(tx, each), start - timedelta(days=2))
    return ids


@asynccontextmanager
async def at_work(url: str, folder: Path) -> AsyncIterator[Crew]:
    hired = Crew(url, folder)
    hired.command = [sys.executable, WORKER, url, str(folder), SECRET]
    try:
        await asyncio.gather(*(hired.hire() for _ in range(2)))
        yield hired
    finally:
        await hired.leave()


def check(url: str, wanted: list[str]) -> None:
    reminded = Counter(
        each for (each,) in rows(url, "SELECT appointment_id FROM outbox WHERE subject LIKE 'Muistutus%'")
    )
    assert reminded == Counter(wanted)


async def test_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    url = fresh(tmp_path, upgrade, POSTGRESQL)
    database = Database(url)
    wanted = database.now(want, 300)
    killed = 0
    async with at_work(url, tmp_path) as hired, asyncio.timeout(240):
        done = asyncio.create_task(until_done(database, hired))
        while not done.done():
            await asyncio.wait({done}, timeout=1)
            if not done.done():
                await hired.replace()
                killed += 1
        await done
    check(url, wanted)
    mails = rows(url, "SELECT id FROM outbox WHERE sent_at IS NOT NULL")
    files = [path.stem.split("Z-", 1)[1] for path in (tmp_path / "mail").glob("*.eml")]
    assert sorted(files) == sorted(each for (each,) in mails)
    interrupted = rows(url, "SELECT sum(attempts) - count(*) FROM jobs")[0][0]
    print(f"{killed} kills, {interrupted} jobs interrupted")
    assert killed >= 2
    assert interrupted >= 1
    assert rows(url, "SELECT count(*) FROM jobs WHERE failed_at IS NOT NULL") == [(0,)]
    database.close()
