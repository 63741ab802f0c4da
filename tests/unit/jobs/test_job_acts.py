"""Wanting, leasing, marking and reviving jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from served import SetClock
from sqlalchemy import Connection, select

from services.audit.acts import entries
from services.database import Database
from services.errors import Conflict, NotFound
from services.jobs.acts import KEPT, dead, enqueue, forget_done, retry, waiting
from services.jobs.leases import LEASE, PAUSES, Job, LeaseLost, fail, finish, give_back, lease_due
from services.jobs.tables import jobs


def row(database: Database, job: str) -> Any:
    return database.now(lambda tx: tx.execute(select(jobs).where(jobs.c.id == job)).one())


def take(database: Database, clock: SetClock, **how: Any) -> Job:
    [job] = database.now(lease_due, clock(), 9, **how)
    return job


def test_a_job_is_wanted_with_its_transaction_or_not_at_all(database: Database, clock: SetClock) -> None:
    def regretted(tx: Connection) -> None:
        enqueue(tx, "mail", clock())
        raise NotFound("the booking")

    with pytest.raises(NotFound):
        database.now(regretted)
    assert database.now(waiting) == []
    wanted = database.now(enqueue, "mail", clock(), subject="a mail", body={"copies": 2})
    [shown] = database.now(waiting)
    assert (shown.id, shown.kind, shown.subject, shown.due_at, shown.attempts) == (wanted, "mail", "a mail", clock(), 0)
    job = take(database, clock)
    assert (job.id, job.subject, job.body, job.attempts) == (wanted, "a mail", {"copies": 2}, 1)


def test_the_same_key_is_the_same_job_even_when_it_is_done(database: Database, clock: SetClock) -> None:
    first = database.now(enqueue, "remind", clock(), subject="a", key="remind a")
    assert database.now(enqueue, "remind", clock(), subject="b", key="remind a") == first
    clock.forward(seconds=1)
    assert database.now(enqueue, "remind", clock(), key="remind b") != first
    database.now(finish, database.now(lease_due, clock(), 1)[0], None, clock())
    assert database.now(enqueue, "remind", clock(), key="remind a") == first
    assert [each.subject for each in database.now(waiting)] == [None]


def test_what_is_due_is_leased_longest_due_first(database: Database, clock: SetClock) -> None:
    late, soon, later = (
        database.now(enqueue, "mail", clock(), due_at=clock() + timedelta(minutes=minutes)) for minutes in (2, 1, 9)
    )
    assert database.now(lease_due, clock(), 9) == []
    clock.forward(minutes=5)
    assert [job.id for job in database.now(lease_due, clock(), 1)] == [soon]
    assert [job.id for job in database.now(lease_due, clock(), 9)] == [late]
    assert database.now(lease_due, clock(), 9) == []
    assert [each.id for each in database.now(waiting)] == [soon, late, later]


def test_a_lease_ends_and_is_as_long_as_its_kind_says(database: Database, clock: SetClock) -> None:
    lengths = {"long": 3 * LEASE}
    for kind in ("short", "long"):
        database.now(enqueue, kind, clock())
    assert len(database.now(lease_due, clock(), 9, lengths=lengths)) == 2
    clock.now += LEASE
    assert take(database, clock, lengths=lengths).kind == "short"
    clock.now += 2 * LEASE
    assert {job.kind for job in database.now(lease_due, clock(), 9, lengths=lengths)} == {"short", "long"}
    database.now(enqueue, "resting", clock())
    assert database.now(lease_due, clock(), 9, lengths=lengths, without=("resting",)) == []


def test_a_lease_by_a_clock_that_was_wrong_does_not_hold(database: Database, clock: SetClock) -> None:
    database.now(enqueue, "mail", clock())
    clock.forward(days=300)
    taken = take(database, clock)
    clock.forward(days=-300)
    again = take(database, clock)
    assert (again.id, again.attempts) == (taken.id, 2)
    with pytest.raises(LeaseLost):
        database.now(finish, taken, None, clock())


def test_a_worker_that_lost_its_lease_writes_nothing(database: Database, clock: SetClock) -> None:
    database.now(enqueue, "mail", clock())
    slow = take(database, clock)
    clock.now += LEASE
    quick = take(database, clock)
    before = row(database, slow.id)

    def effect(tx: Connection, _now: Any) -> None:
        enqueue(tx, "effect", clock())

    for late in (
        lambda tx: finish(tx, slow, effect, clock()),
        lambda tx: fail(tx, slow, "late", clock()),
        lambda tx: give_back(tx, slow, "late"),
    ):
        with pytest.raises(LeaseLost):
            database.now(late)
        assert row(database, slow.id) == before
    database.now(finish, quick, effect, clock())
    with pytest.raises(LeaseLost):  # nor does anybody a second time
        database.now(finish, quick, effect, clock())
    assert [each.kind for each in database.now(waiting)] == ["effect"]


def test_an_act_that_fails_leaves_the_job_as_it_was(database: Database, clock: SetClock) -> None:
    database.now(enqueue, "mail", clock())
    job = take(database, clock)

    def broken(tx: Connection, now: Any) -> None:
        enqueue(tx, "effect", now)
        raise NotFound("the mail")

    with pytest.raises(NotFound):
        database.now(finish, job, broken, clock())
    assert [each.id for each in database.now(waiting)] == [job.id]
    database.now(finish, job, None, clock())
    assert database.now(waiting) == []


def test_pauses_grow_and_end_in_death_and_an_admin_revives(database: Database, clock: SetClock) -> None:
    wanted = database.now(enqueue, "mail", clock(), subject="a mail")
    for pause in PAUSES:
        database.now(fail, take(database, clock), "not accepted " + 300 * "x", clock())
        clock.now += pause - timedelta(seconds=1)
        assert database.now(lease_due, clock(), 9) == []
        clock.forward(seconds=1)
    assert database.now(dead) == []
    with pytest.raises(Conflict):
        database.now(retry, wanted, clock(), "an admin")
    database.now(fail, take(database, clock), "not accepted", clock())
    [shown] = database.now(dead)
    assert (shown.id, shown.subject, shown.attempts, shown.last_error) == (wanted, "a mail", 8, "not accepted")
    assert shown.failed_at == clock()
    clock.forward(days=400)
    assert database.now(lease_due, clock(), 9) == database.now(waiting) == []

    database.now(retry, wanted, clock(), "an admin")
    with pytest.raises(Conflict):
        database.now(retry, wanted, clock(), "another admin")
    with pytest.raises(NotFound):
        database.now(retry, "none", clock(), "an admin")
    assert database.now(dead) == []
    assert take(database, clock).attempts == 1
    assert [(entry.by, entry.act, entry.subject) for entry in database.now(entries)] == [
        ("an admin", "job.retried", wanted)
    ]


def test_what_will_never_be_done_is_dead_at_once_and_what_is_nobodys_fault_is_not_counted(
    database: Database, clock: SetClock
) -> None:
    for _ in range(2):
        database.now(enqueue, "mail", clock())
    hopeless, innocent = database.now(lease_due, clock(), 2)
    database.now(fail, hopeless, "no such address", clock(), final=True)
    database.now(give_back, innocent, "mail server away")
    assert [each.id for each in database.now(dead)] == [hopeless.id]
    [shown] = database.now(waiting)
    assert (shown.attempts, shown.last_error, shown.due_at) == (0, "mail server away", clock())
    assert take(database, clock).id == innocent.id


def test_done_jobs_are_forgotten_and_dead_and_open_ones_are_not(database: Database, clock: SetClock) -> None:
    for _ in range(3):
        database.now(enqueue, "mail", clock())
    done, failed, _ = database.now(lease_due, clock(), 3)
    database.now(finish, done, None, clock())
    database.now(fail, failed, "no such address", clock(), final=True)
    clock.now += KEPT - timedelta(seconds=1)
    database.now(forget_done, clock())
    assert len(database.now(lambda tx: tx.execute(select(jobs)).all())) == 3
    clock.forward(seconds=1)
    database.now(forget_done, clock())
    assert (len(database.now(dead)), len(database.now(waiting))) == (1, 1)
    assert len(database.now(lambda tx: tx.execute(select(jobs)).all())) == 2
