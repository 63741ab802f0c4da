"""The audit is written with the act, read newest first, and cannot be rewritten. Only the database's rules are asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from staff import BY, Staff

from services.accounts.acts import set_name
from services.audit.acts import entries, forget_old, note
from services.audit.tables import audit
from services.clock import utc_now
from services.database import Database
from services.errors import Invalid


def numbers(database: Database) -> list[int]:
    return database.read_now(lambda tx: list(tx.scalars(select(audit.c.number).order_by(audit.c.number))))


def noted(tx: Connection, at: datetime) -> None:
    note(tx, BY, "account.viewed", "a", at)


def test_an_entry_tells_who_did_what_to_whom(staff: Staff) -> None:
    account = staff.ready()
    staff.act(note, account, "account.viewed", account, page=2)
    staff.act(note, account, "job.retried", "a-job")
    retried, viewed, *_ = staff.look(entries)
    assert (viewed.at, viewed.by, viewed.by_name, viewed.act, viewed.subject, viewed.subject_name, viewed.data) == (
        staff.now, account, "neuvoja-1", "account.viewed", account, "neuvoja-1", {"page": 2},
    )  # fmt: skip
    assert (retried.subject, retried.subject_name, retried.data) == ("a-job", None, {})
    added = staff.look(entries)[-1]
    assert (added.act, added.by, added.by_name) == ("account.added", BY, None)
    staff.act(set_name, account, "Iltavuoro", by=account)
    assert staff.look(entries)[-1].subject_name == "Iltavuoro"


def test_entries_come_newest_first_in_pages_and_by_person(staff: Staff) -> None:
    for number in range(7):
        staff.act(note, f"by-{number % 2}", "account.viewed", f"of-{number % 3}", number=number)
    assert [each.data["number"] for each in staff.look(entries, limit=3)] == [6, 5, 4]
    first = staff.look(entries, limit=3)
    second = staff.look(entries, before=first[-1].number, limit=3)
    third = staff.look(entries, before=second[-1].number, limit=3)
    assert [each.data["number"] for each in second + third] == [3, 2, 1, 0]
    assert [each.data["number"] for each in staff.look(entries, by="by-1")] == [5, 3, 1]
    assert [each.data["number"] for each in staff.look(entries, subject="of-0", by="by-0")] == [6, 0]


def test_an_act_that_is_refused_leaves_no_entry(staff: Staff) -> None:
    account = staff.ready()
    before = numbers(staff.database)

    def refused(tx: Connection) -> None:
        set_name(tx, account, "Iltavuoro", staff.now, BY)
        raise Invalid("x", "y")

    with pytest.raises(Invalid):
        staff.database.now(refused)
    assert numbers(staff.database) == before


def test_an_entry_cannot_be_changed_however_old(database: Database) -> None:
    for at in (utc_now(), datetime(2001, 1, 1, tzinfo=UTC)):
        database.now(noted, at)
    for number in numbers(database):
        with pytest.raises(DBAPIError, match="append-only"):
            database.now(lambda tx, n=number: tx.execute(update(audit).where(audit.c.number == n).values(by="other")))
    assert all(each.by == BY for each in database.read_now(entries))


def test_an_entry_younger_than_two_years_cannot_be_deleted(database: Database) -> None:
    for days in (0, 729):
        database.now(noted, utc_now() - timedelta(days=days))
    for number in numbers(database):
        with pytest.raises(DBAPIError, match="append-only"):
            database.now(lambda tx, n=number: tx.execute(delete(audit).where(audit.c.number == n)))
    assert len(numbers(database)) == 2


def test_the_table_cannot_be_emptied_at_once(database: Database) -> None:
    database.now(noted, datetime(2001, 1, 1, tzinfo=UTC))
    database.now(noted, utc_now())
    statement = "TRUNCATE audit" if database.is_shared else "DELETE FROM audit"
    with pytest.raises(DBAPIError, match="append-only"):
        database.now(lambda tx: tx.execute(text(statement)))
    assert len(numbers(database)) == 2


def test_control_without_the_trigger_it_can(database: Database) -> None:
    database.now(noted, utc_now())
    of = " ON audit" if database.is_shared else ""
    database.now(lambda tx: tx.execute(text(f"DROP TRIGGER audit_kept{of}")))
    database.now(lambda tx: tx.execute(delete(audit)))
    assert numbers(database) == []


def test_what_is_older_than_two_years_is_forgotten(database: Database) -> None:
    now = utc_now()
    for days in (0, 700, 800, 5000):
        database.now(noted, now - timedelta(days=days))
    for _ in range(2):
        database.now(forget_old, now)
    assert [(now - each.at).days for each in database.read_now(entries)] == [700, 0]


def test_a_clock_that_is_ahead_makes_nothing_forgotten(database: Database) -> None:
    database.now(noted, utc_now())
    with pytest.raises(DBAPIError, match="append-only"):
        database.now(forget_old, utc_now() + timedelta(days=3650))
    assert len(numbers(database)) == 1


def test_the_numbers_are_the_order(database: Database) -> None:
    database.now(lambda tx: tx.execute(insert(audit), [row(number) for number in range(3)]))
    assert [each.act for each in database.read_now(entries)] == ["act.2", "act.1", "act.0"]


def row(number: int) -> dict[str, object]:
    return {"at": utc_now(), "by": BY, "act": f"act.{number}", "subject": None, "data": {}}
