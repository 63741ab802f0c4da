"""What staff see of appointments: those of their units, by time, without the citizen's token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from databases import fresh
from meeting import NOW, TITLE, plan

from services.appointments.records import by_id, find, of_units
from services.database import Database
from services.errors import NotFound
from services.migrations import upgrade

HOUR = timedelta(hours=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(fresh(tmp_path, upgrade))) as opened:
        yield opened


def ids(database: Database, *units: str) -> list[str]:
    """The appointments of `units` within the hour from `NOW`."""
    return [each.id for each in database.read_now(of_units, units, NOW, NOW + HOUR)]


def test_one_is_found_by_its_id_and_has_no_token(database: Database) -> None:
    database.now(plan, "one")
    found = database.read_now(by_id, "one")
    assert (found.id, found.unit, found.start, found.end) == ("one", "pysakointi", NOW, NOW + HOUR / 2)
    assert (found.name, found.expert_title, found.demo, found.state) == ("Karhu", TITLE, True, "confirmed")
    assert not hasattr(found, "token")
    with pytest.raises(NotFound):
        database.read_now(by_id, "another")


def test_whoever_has_the_token_sees_the_same(database: Database) -> None:
    database.now(plan, "one")
    theirs, ours = database.read_now(find, "one"), database.read_now(by_id, "one")
    assert theirs.token == "one"
    assert all(getattr(theirs, name) == getattr(ours, name) for name in ours.__dataclass_fields__)


def test_those_that_touch_the_time_are_found_by_start(database: Database) -> None:
    for name, start in {
        "after": NOW + HOUR,
        "last": NOW + HOUR - timedelta(minutes=5),
        "first": NOW - timedelta(minutes=25),
        "before": NOW - timedelta(minutes=30),
    }.items():
        database.now(plan, name, start=start)
    database.now(plan, "cancelled", state="cancelled")
    assert ids(database, "pysakointi") == ["first", "cancelled", "last"]


def test_one_that_is_longer_than_the_time_is_found(database: Database) -> None:
    database.now(plan, "long", start=NOW - HOUR, minutes=300)
    assert ids(database, "pysakointi") == ["long"]


def test_only_those_of_the_units_are_found(database: Database) -> None:
    for unit in ("pysakointi", "koulut", "tontit"):
        database.now(plan, unit, unit=unit)
    assert ids(database, "koulut", "tontit") == ["koulut", "tontit"]
    assert ids(database, "digituki") == ids(database) == []
