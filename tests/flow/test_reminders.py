"""Reminders, from the booking to the outbox: a day and an hour before, each once, and none of what is no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bookings import Office, appointment_office, shipped
from databases import POSTGRESQL, fresh, rows
from desks import appoint
from sqlalchemy import Select, text, true

from bot.appointments.mails import composer
from bot.appointments.reminders import reminders
from bot.settings import Settings
from services.appointments.acts import cancel
from services.appointments.attending import check_in
from services.appointments.records import by_id, token_of
from services.appointments.reminding import REMIND, plan
from services.appointments.telling import remind
from services.clock import local
from services.database import Database
from services.jobs import leases
from services.jobs.kinds import Kind
from services.jobs.leases import Job
from services.jobs.runner import Runner
from services.jobs.tables import jobs
from services.migrations import upgrade

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with appointment_office(tmp_path) as running:
        yield running


def reminded(office: Office) -> int:
    return office.count("outbox", "subject LIKE 'Muistutus%'")


async def booked(office: Office, after: timedelta = timedelta(days=3)) -> tuple[dict[str, Any], datetime]:
    """An appointment that begins later than `after` from now, and when."""
    now = office.clock()
    begin = (now + after).isoformat()
    slots = await office.free(topic="pysakointi", place="home", language="fi", **{"from": begin})
    made = await office.book(slots[0])
    return made, datetime.fromisoformat(slots[0]["start"])


async def at(office: Office, moment: datetime) -> int:
    """How many reminders there have been, once all is done that is due at `moment`."""
    office.clock.now = moment
    await office.parts.jobs.run_due()
    return reminded(office)


async def test_a_day_and_an_hour_before(office: Office) -> None:
    _, start = await booked(office)
    assert await at(office, start - DAY - SECOND) == 0
    assert await at(office, start - DAY) == 1
    assert await at(office, start - HOUR - SECOND) == 1
    assert await at(office, start - HOUR) == 2
    assert await at(office, start + DAY) == 2
    [[mail, calendar], _] = office.rows("SELECT text, calendar FROM outbox WHERE subject LIKE 'Muistutus%'")
    assert "Muistathan etätapaamisen." in mail
    assert "Odotushuone aukeaa" in mail
    assert "ysäköi" not in mail
    assert calendar is None
    assert office.count("events", "kind = 'booking.reminder'") == 2


async def test_who_books_late_is_reminded_of_what_is_still_to_come(office: Office) -> None:
    _, start = await booked(office, 2 * HOUR)
    assert start - office.clock() < DAY
    assert await at(office, start - HOUR) == 1


async def test_what_was_moved_or_cancelled_is_not_reminded_of(office: Office) -> None:
    moved, start = await booked(office)
    cancelled, _ = await booked(office)
    slots = await office.free(topic="pysakointi", place="home", language="fi", **{"from": (start + DAY).isoformat()})
    later = datetime.fromisoformat(slots[0]["start"])
    await office.change(moved, "move", slot=slots[0]["id"])
    await office.change(cancelled, "cancel")
    assert await at(office, min(later - DAY, start) - SECOND) == 0
    assert await at(office, later - DAY) == 1
    assert await at(office, later - HOUR) == 2


async def test_who_has_come_is_not_reminded(office: Office) -> None:
    made, start = await booked(office, timedelta(hours=3))
    await office.parts.database.transaction(check_in, made["id"], "by", office.clock())
    assert await at(office, start - HOUR) == 0


async def test_after_a_long_pause_only_what_is_of_use(office: Office) -> None:
    """The server was off: one reminder of the two that are due, and none of what has begun."""
    _, start = await booked(office)
    assert await at(office, start - HOUR / 2) == 1
    _, start = await booked(office)
    assert await at(office, start) == 1


@pytest.mark.parametrize("guarded", [True, False])
async def test_workers_at_once_remind_once(office: Office, guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the control: lease and fence taken away."""
    if not guarded:
        monkeypatch.setattr(leases, "unleased", lambda _now, _lengths: true())
        monkeypatch.setattr(leases, "held", lambda job: jobs.c.id == job.id)
    for _ in range(5):
        _, start = await booked(office)
    office.clock.now = start - HOUR * 12
    parts = office.parts
    do, begun, all_begun = reminders(parts.settings, parts.secret, shipped), 0, asyncio.Event()

    async def together(job: Job) -> Any:
        """None ends before all five have begun."""
        nonlocal begun
        begun += 1
        if begun == 5:
            all_begun.set()
        await all_begun.wait()
        return await do(job)

    workers = [Runner(parts.database, office.clock, {REMIND: Kind(together)}) for _ in range(2)]
    await asyncio.gather(*(worker.run_due() for worker in workers))
    told = office.rows("SELECT appointment_id, count(*) FROM outbox WHERE subject LIKE 'Muistutus%' GROUP BY 1")
    assert ([many for _, many in told] == [1] * 5) == guarded
    assert len(told) == 5


@pytest.mark.parametrize(
    ("start", "due", "shown"),
    [  # 24 hours before, whatever the clock on the wall says
        (datetime(2027, 3, 28, 9, tzinfo=UTC), datetime(2027, 3, 27, 9, tzinfo=UTC), ("11:00", "12:00")),
        (datetime(2026, 10, 25, 10, tzinfo=UTC), datetime(2026, 10, 24, 10, tzinfo=UTC), ("13:00", "12:00")),
        (datetime(2026, 11, 25, 10, tzinfo=UTC), datetime(2026, 11, 24, 10, tzinfo=UTC), ("12:00", "12:00")),
    ],
)
def test_a_day_is_24_hours(tmp_path: Path, start: datetime, due: datetime, shown: tuple[str, str]) -> None:
    database = Database(fresh(tmp_path, upgrade))

    def want(tx: Any) -> None:
        plan(tx, by_id(tx, appoint(tx, start)), due - DAY)

    database.now(want)
    url = database.url.render_as_string(hide_password=False)
    found = rows(url, "SELECT due_at FROM jobs WHERE kind = :kind ORDER BY due_at", kind=REMIND)
    assert [moment[:16] for (moment,) in found] == [f"{due:%Y-%m-%d %H:%M}", f"{start - HOUR:%Y-%m-%d %H:%M}"]
    assert (f"{local(due):%H:%M}", f"{local(start):%H:%M}") == shown
    database.close()


@pytest.mark.parametrize("guarded", [True, False])
async def test_what_is_cancelled_meanwhile_is_not_reminded_of(
    tmp_path: Path, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL: the reminder has looked already when the cancelling commits. With the control."""
    if not guarded:
        monkeypatch.setattr(Select, "with_for_update", lambda self, **_: self)
    database = Database(fresh(tmp_path, upgrade, POSTGRESQL))
    start = datetime(2026, 11, 25, 10, tzinfo=UTC)
    now, secret = start - HOUR, "a secret of the tests"
    appointment = database.now(appoint, start, secret=secret)
    compose = composer(shipped(), Settings())
    tries = 0

    def late(tx: Any) -> None:
        nonlocal tries
        tries += 1
        tx.execute(text("SELECT count(*) FROM appointments"))  # the snapshot is taken
        if tries == 1:
            pool.submit(other.now, cancel, token_of(secret, appointment), now, compose).result(timeout=10)
        remind(tx, appointment, {"sequence": 0, "which": "hour"}, now, secret, compose)

    loop = asyncio.get_running_loop()
    other = Database(database.url.render_as_string(hide_password=False))
    with ThreadPoolExecutor() as pool:
        await loop.run_in_executor(pool, database.now, late)
    url = database.url.render_as_string(hide_password=False)
    many = rows(url, "SELECT count(*) FROM outbox WHERE subject LIKE 'Muistutus%'")[0][0]
    assert many == (0 if guarded else 1)
    database.close()
    other.close()
