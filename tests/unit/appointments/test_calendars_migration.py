"""From reserved moments to cells of resources: what was booked stays booked, and the way back keeps it too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from databases import fresh
from diary import Diary
from hours import NOW, TOPIC, helsinki
from sqlalchemy import Connection, text

import services.migrations
from services.appointments.records import by_id
from services.database import Database
from services.errors import SlotTaken
from services.migrations import upgrade

FIVE = timedelta(minutes=5)
NINE = helsinki("2026-11-25T09:00")
DST = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # the first 03:30 of that night
# Each with how many reserved moments: its minutes and its buffer.
OLD = {
    "nine": (NINE, 6, None),
    "ten": (NINE + 12 * FIVE, 4, "ar"),
    "at night": (DST, 12, None),
    "given back": (NINE, 0, None),
}


def to(tx: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(services.migrations.__file__).parent))
    config.attributes["connection"] = tx
    (command.downgrade if tx.dialect.has_table(tx, "experts") else command.upgrade)(config, revision)


def at_the_fourth(database: Database) -> None:
    database.now(to, "0004")


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Database]:
    """A database of the version before, with appointments."""
    with closing(Database(fresh(tmp_path, at_the_fourth))) as database:
        database.now(fill)
        yield database


def fill(tx: Connection) -> None:
    def moment(at: datetime) -> datetime | str:
        return f"{at:%Y-%m-%d %H:%M:%S.%f}" if tx.dialect.name == "sqlite" else at

    hours = '[{"days":["wed"],"opens":"09:00","closes":"15:00","valid_from":null,"valid_to":null}]'
    row = {"id": "e1", "unit": "desk", "title": "{}", "topics": '["advice"]', "languages": '["fi"]', "demo": True}
    insert(tx, "experts", {**row, "places": '["home"]', "hours": hours})
    for name, (start, cells, interpreter) in OLD.items():
        insert(tx, "appointments", {
            "id": name, "token_digest": name, "expert_id": "e1", "topic": "advice", "unit": "desk", "place": "home",
            "language": "fi", "starts": moment(start), "ends": moment(start + cells * FIVE), "name": "Karhu",
            "interpreter": interpreter, "state": "confirmed" if cells else "cancelled", "sequence": 0,
            "created_at": moment(NOW), "changed_at": moment(NOW),
        })  # fmt: skip
        for n in range(cells):
            insert(tx, "reserved_time", {"expert_id": "e1", "at": moment(start + n * FIVE), "appointment_id": name})


def insert(tx: Connection, table: str, values: dict[str, Any]) -> None:
    tx.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES (:{', :'.join(values)})"), values)


def reserved_time(tx: Connection) -> list[Any]:
    return list(tx.execute(text("SELECT expert_id, at, appointment_id FROM reserved_time ORDER BY expert_id, at")))


def appointments(tx: Connection) -> list[Any]:
    columns = "id, starts, ends, name, interpreter, state, sequence, created_at, changed_at"
    return list(tx.execute(text(f"SELECT {columns} FROM appointments ORDER BY id")))


def test_reserved_moments_become_cells_and_one_span_each(old: Database) -> None:
    upgrade(old)
    opened = Diary(old, TOPIC)
    assert opened.reserved() == sorted(("expert:e1", name, cells) for name, (_, cells, _) in OLD.items() if cells)
    spans = old.read_now(lambda tx: tx.execute(text("SELECT owner, first_cell FROM reservations")).all())
    assert dict(map(tuple, spans)) == {name: int(start.timestamp()) // 300 for name, (start, n, _) in OLD.items() if n}


def test_what_was_booked_cannot_be_booked_again_and_the_rest_can(old: Database) -> None:
    upgrade(old)
    opened = Diary(old, TOPIC)
    for minutes in (0, 20, 60):
        with pytest.raises(SlotTaken):
            opened.book(opened.slot(NINE + timedelta(minutes=minutes)))
    assert opened.book(opened.slot(NINE + timedelta(minutes=40))).start == NINE + timedelta(minutes=40)


def test_an_old_appointment_has_what_was_not_asked_then(old: Database) -> None:
    upgrade(old)
    nine, ten = (old.read_now(by_id, name) for name in ("nine", "ten"))
    assert (nine.room, nine.needs, nine.same_expert, nine.citizen, nine.interpreter_state) == (
        None,
        (),
        False,
        None,
        None,
    )
    assert (ten.interpreter, ten.interpreter_state, ten.start) == ("ar", "wanted", NINE + 12 * FIVE)
    assert (nine.guest_came, nine.host_came, nine.cancelled_by, nine.reason) == (None, None, None, None)


def test_the_way_back_and_forth_again_keeps_what_is_reserved(old: Database) -> None:
    times, rows = old.now(reserved_time), old.now(appointments)
    upgrade(old)
    old.now(to, "0004")
    assert old.now(reserved_time) == times
    assert old.now(appointments) == rows
    upgrade(old)
    assert len(Diary(old, TOPIC).reserved()) == 3


def test_the_way_back_keeps_what_was_booked_since_and_lets_holds_go(old: Database) -> None:
    upgrade(old)
    opened = Diary(old, TOPIC)
    opened.hold(opened.slot(NINE + timedelta(minutes=80)))
    booked = opened.book(opened.slot(NINE + timedelta(minutes=40)), interpreter=None)
    opened.absent("e1", NINE + timedelta(hours=3), NINE + timedelta(hours=4))
    old.now(to, "0004")
    kept = old.now(reserved_time)
    assert {row.appointment_id for row in kept} == {"nine", "ten", "at night", booked.id}
    assert [row.appointment_id for row in kept].count(booked.id) == 4
