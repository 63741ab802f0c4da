"""From the outbox that kept its own pauses to jobs: what was to be sent is still sent, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from databases import fresh
from sqlalchemy import Connection, text

import services.migrations
from services.database import Database
from services.jobs.acts import dead, waiting
from services.jobs.leases import lease_due
from services.migrations import upgrade
from services.outbox.acts import MAIL, Mail, find

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
MOMENTS = {
    "waiting": {"attempts": 0, "due_at": NOW},
    "paused": {"attempts": 3, "due_at": NOW + timedelta(minutes=15), "last_error": "recipient refused: 450"},
    "leased": {"attempts": 1, "due_at": NOW, "leased_until": NOW + timedelta(minutes=1)},
    "sent": {"attempts": 1, "due_at": NOW, "sent_at": NOW},
    "failed": {"attempts": 1, "due_at": NOW, "failed_at": NOW, "last_error": "recipient refused: 550"},
}
COLUMNS = ("due_at", "leased_until", "attempts", "last_error", "sent_at", "failed_at")
TIMES = {"due_at", "leased_until", "sent_at", "failed_at"}


def to(tx: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(services.migrations.__file__).parent))
    config.attributes["connection"] = tx
    going = command.upgrade if revision == "0001" and not _has_tables(tx) else command.downgrade
    going(config, revision)


def _has_tables(tx: Connection) -> bool:
    return tx.dialect.has_table(tx, "outbox")


def at_the_first(database: Database) -> None:
    database.now(to, "0001")


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Database]:
    """A database of the first version, with a mail in every state."""
    database = Database(fresh(tmp_path, at_the_first))
    sqlite = database.url.drivername.startswith("sqlite")

    def fill(tx: Connection) -> None:
        for name, moment in MOMENTS.items():
            values = {column: moment.get(column) for column in COLUMNS}
            if sqlite:
                values = {key: f"{value:%Y-%m-%d %H:%M:%S.%f}" if key in TIMES and value else value
                          for key, value in values.items()}  # fmt: skip
            tx.execute(
                text(
                    f"""INSERT INTO outbox (id, recipient, language, subject, text, created_at, {", ".join(COLUMNS)})
                        VALUES (:id, 'karhu@example.fi', 'fi', 'Aihe', 'Teksti', :created, :{", :".join(COLUMNS)})"""
                ),
                {"id": name, "created": "2026-11-24 10:00:00.000000" if sqlite else NOW, **values},
            )

    database.now(fill)
    yield database
    database.close()


def test_open_mails_become_jobs_failed_ones_dead_and_sent_ones_none(old: Database) -> None:
    upgrade(old)
    assert {(row.kind, row.subject, row.attempts, row.due_at, row.last_error) for row in old.now(waiting)} == {
        (MAIL, name, moment["attempts"], moment["due_at"], moment.get("last_error"))
        for name, moment in MOMENTS.items()
        if name in {"waiting", "paused", "leased"}
    }
    [failed] = old.now(dead)
    assert (failed.subject, failed.failed_at, failed.last_error) == ("failed", NOW, "recipient refused: 550")
    assert {job.subject for job in old.now(lease_due, NOW, 9)} == {"waiting", "leased"}
    written = old.now(find, "paused")
    assert (written.mail, written.created_at) == (Mail("karhu@example.fi", "fi", "Aihe", "Teksti"), NOW)
    assert old.now(lambda tx: tx.execute(text("SELECT id FROM outbox WHERE sent_at IS NOT NULL")).all()) == [("sent",)]


def test_the_way_back_keeps_what_is_to_be_sent(old: Database) -> None:
    before = old.now(states)
    upgrade(old)
    old.now(to, "0001")
    assert old.now(states) == before


def states(tx: Connection) -> list[tuple[object, ...]]:
    columns = "id, attempts, due_at, last_error, sent_at, failed_at"
    rows = tx.execute(text(f"SELECT {columns} FROM outbox ORDER BY id")).all()
    return [(row.id, row.attempts if row.sent_at is None else None, *row[2:]) for row in rows]
