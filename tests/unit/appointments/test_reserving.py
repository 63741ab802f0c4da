"""Two owners never have one cell of one resource: the primary key says so, and nothing else is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from databases import fresh
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, text
from sqlalchemy.exc import IntegrityError

from services.appointments import reserving
from services.appointments.reserving import Taken, forget_past, note, release, reserve, taken
from services.appointments.tables import reservations, reserved_cells
from services.database import Database
from services.migrations import upgrade

ROOM = "room:lavia/booth#1"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with closing(Database(fresh(tmp_path_factory.mktemp("reserving"), upgrade))) as opened:
        yield opened


@pytest.fixture
def database(shared: Database) -> Database:
    shared.now(empty)
    return shared


def empty(tx: Connection) -> None:
    for table in (reserved_cells, reservations):
        tx.execute(delete(table))


def took(tx: Connection, owner: str, *spans: Taken) -> bool:
    try:
        with tx.begin_nested():
            reserve(tx, owner, spans)
    except IntegrityError:
        return False
    return True


def cells(tx: Connection) -> set[tuple[str, int, str]]:
    return {(row.resource, row.cell, row.owner) for row in tx.execute(select(reserved_cells))}


def test_names_of_resources_are_apart() -> None:
    """An expert, one of their seats, a room and a citizen of the same name are four resources."""
    names = [reserving.expert("a"), reserving.seat("a", 1), reserving.room("a", "a", 1), reserving.citizen("a")]
    assert len(set(names)) == 4
    assert reserving.room("a", "b", 1) != reserving.room("a", "b", 2)


def test_all_of_it_is_taken_or_none(database: Database) -> None:
    def act(tx: Connection) -> None:
        assert took(tx, "one", Taken("expert:e1", 10, 3), Taken(ROOM, 10, 3))
        assert not took(tx, "other", Taken("expert:e2", 10, 3), Taken(ROOM, 12, 3))
        assert took(tx, "third", Taken("expert:e2", 10, 3), Taken(ROOM, 13, 3))

    database.now(act)
    assert {owner for _, _, owner in database.read_now(cells)} == {"one", "third"}


def test_without_the_primary_key_it_is_taken_twice(database: Database) -> None:
    """The control: what the test above sees is the key's doing."""

    class TakeBack(Exception):
        pass

    def act(tx: Connection) -> None:
        tx.execute(text("ALTER TABLE reserved_cells RENAME TO guarded"))
        tx.execute(text("CREATE TABLE reserved_cells AS SELECT * FROM guarded"))
        assert took(tx, "one", Taken(ROOM, 10, 3))
        assert took(tx, "other", Taken(ROOM, 12, 3))
        raise TakeBack

    with pytest.raises(TakeBack):
        database.now(act)
    assert not database.read_now(cells)


def test_what_is_given_back_is_free_and_only_that(database: Database) -> None:
    def act(tx: Connection) -> None:
        reserve(tx, "one", [Taken(ROOM, 10, 3)])
        reserve(tx, "other", [Taken(ROOM, 13, 3)])
        release(tx, "one")
        release(tx, "nobody")
        assert took(tx, "third", Taken(ROOM, 10, 3))
        assert not took(tx, "third", Taken(ROOM, 13, 1))

    database.now(act)


def test_taken_is_what_lies_in_the_window_one_bit_a_cell(database: Database) -> None:
    def act(tx: Connection) -> None:
        reserve(tx, "one", [Taken(ROOM, 8, 4), Taken("expert:e1", 12, 2)])
        reserve(tx, "other", [Taken(ROOM, 14, 1), Taken(ROOM.replace("1", "2"), 10, 9)])
        note(tx, "absent", [Taken("expert:e1", 0, 13), Taken("expert:e2", 0, 10)])
        both = [ROOM, "expert:e1", "expert:e2"]
        assert taken(tx, both, 10, 4) == {ROOM: 0b0011, "expert:e1": 0b1111}
        assert taken(tx, both, 10, 5) == {ROOM: 0b10011, "expert:e1": 0b1111}
        assert taken(tx, both, 10, 4, but="absent") == {ROOM: 0b0011, "expert:e1": 0b1100}
        assert taken(tx, both, 15, 9) == taken(tx, [], 0, 99) == {}

    database.now(act)


def test_an_absence_may_lie_over_what_was_booked_before(database: Database) -> None:
    def act(tx: Connection) -> None:
        reserve(tx, "one", [Taken("expert:e1", 10, 3)])
        note(tx, "absent", [Taken("expert:e1", 0, 300)])
        release(tx, "absent")
        assert taken(tx, ["expert:e1"], 0, 300) == {"expert:e1": 0b111 << 10}

    database.now(act)


def test_what_is_past_is_forgotten_and_nothing_else(database: Database) -> None:
    def act(tx: Connection) -> None:
        reserve(tx, "past", [Taken(ROOM, 10, 3)])
        reserve(tx, "now", [Taken(ROOM, 14, 3)])
        reserve(tx, "coming", [Taken(ROOM, 20, 3)])
        note(tx, "was absent", [Taken("expert:e1", 0, 15)])
        note(tx, "is absent", [Taken("expert:e1", 0, 16)])
        forget_past(tx, 15)
        assert set(tx.scalars(select(reservations.c.owner))) == {"now", "coming", "is absent"}
        assert taken(tx, [ROOM], 0, 99) == {ROOM: 0b111 << 14 | 0b111 << 20}

    database.now(act)
    assert {(cell, owner) for _, cell, owner in database.read_now(cells)} == {
        *((cell, "now") for cell in (15, 16)),
        *((cell, "coming") for cell in (20, 21, 22)),
    }


RESOURCES = st.sampled_from(["expert:e1", "expert:e2", ROOM])
SPANS = st.builds(Taken, RESOURCES, st.integers(0, 20), st.integers(1, 8))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(SPANS, min_size=1, max_size=3, unique_by=lambda each: each.resource), max_size=8))
def test_it_is_taken_iff_all_of_it_is_free(shared: Database, wishes: list[list[Taken]]) -> None:
    """Each owner asks once; every third gives back what they got."""

    def act(tx: Connection) -> None:
        empty(tx)
        has: dict[tuple[str, int], str] = {}
        for number, wish in enumerate(wishes):
            owner = f"owner {number}"
            wanted = {(each.resource, each.first + n) for each in wish for n in range(each.cells)}
            assert took(tx, owner, *wish) == (not wanted & set(has))
            has |= {} if wanted & set(has) else dict.fromkeys(wanted, owner)
            if number % 3 == 2:
                release(tx, owner)
                has = {key: who for key, who in has.items() if who != owner}
            known = taken(tx, ["expert:e1", "expert:e2", ROOM], 0, 40)
            assert {(resource, bit) for resource, bits in known.items() for bit in range(40) if bits >> bit & 1} == set(
                has
            )
        assert cells(tx) == {(*key, owner) for key, owner in has.items()}

    shared.now(act)
