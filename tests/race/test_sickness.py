"""An expert falls ill while citizens book, move and cancel, on PostgreSQL: nobody is left with who is not there.

The control lets the sickness be written without the expert's row, which bookings hold: then one slips in between.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from databases import POSTGRESQL, fresh, rows
from sqlalchemy import Connection, insert
from supplied import NINE, NOW, SECRET, add_expert, booked, clear, compose, minutes, topic, wish

from services.appointments import reserving
from services.appointments.acts import cancel, move
from services.appointments.records import of_expert
from services.appointments.reserving import Taken
from services.appointments.shifts import cell_of
from services.appointments.slots import encode
from services.appointments.standing_in import Outcome, fall_ill, replace
from services.appointments.tables import absences
from services.database import Database
from services.errors import Conflict, Gone, Invalid, SlotTaken
from services.migrations import upgrade

ROUNDS = 6
TOPICS = (topic(),)
TIMES = [NINE + n * minutes(40) for n in range(6)]
EVENING = NINE + timedelta(hours=12)
LEFT = """SELECT a.id FROM appointments a JOIN absences x ON x.expert_id = a.expert_id
    WHERE a.state = 'confirmed' AND a.starts < x.ends AND a.ends > x.starts"""
HELD = """SELECT a.id FROM appointments a
    LEFT JOIN reserved_cells c ON c.owner = a.id AND c.resource = 'expert:' || a.expert_id
    GROUP BY a.id HAVING count(c.cell) != CASE WHEN a.state = 'confirmed' THEN 8 ELSE 0 END"""
WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
TWICE = """SELECT 1 FROM appointments a JOIN appointments b ON a.id < b.id AND a.expert_id = b.expert_id
    AND a.starts < b.ends AND b.starts < a.ends AND a.state = 'confirmed' AND b.state = 'confirmed'"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(fresh(tmp_path_factory.mktemp("sickness"), upgrade, POSTGRESQL))
    yield opened
    opened.close()


def unit(tx: Connection) -> None:
    clear(tx)
    for name in ("ill", "one", "other"):
        add_expert(tx, name)


async def refusable(database: Database, act: Any, *given: Any) -> str:
    """Its outcome in a word: another was faster is an answer too."""
    try:
        await database.transaction(act, *given)
    except (SlotTaken, Conflict, Gone, Invalid) as refusal:
        return type(refusal).__name__
    return "done"


async def test_who_books_moves_and_cancels_meanwhile_is_not_left_behind(database: Database) -> None:
    happened: Counter[str] = Counter()
    for _ in range(ROUNDS):
        await database.transaction(unit)
        first = [await database.transaction(booked, wish("ill", start), TOPICS) for start in TIMES[:3]]
        answers = await asyncio.gather(
            refusable(database, move, first[0].token, encode("ill", "tuki", "home", TIMES[4]), TOPICS, NOW, compose),
            refusable(database, cancel, first[1].token, NOW, compose),
            *(refusable(database, booked, wish(who, start), TOPICS) for who in ("ill", "one") for start in TIMES),
            refusable(database, fall_ill, "ill", NINE, EVENING, TOPICS, NOW, SECRET, compose, "lead"),
            *(refusable(database, booked, wish("ill", start), TOPICS) for start in TIMES),
        )
        happened.update(answers)
        url = database.url.render_as_string(hide_password=False)
        assert (rows(url, LEFT), rows(url, HELD), rows(url, TWICE)) == ([], [], [])
        assert rows(url, "SELECT count(*) FROM absences") == [(1,)]
    assert happened["done"] > ROUNDS and happened["SlotTaken"] > 0


async def test_two_who_fall_ill_at_once_do_not_stand_in_for_each_other(database: Database) -> None:
    """Each waits for the other until PostgreSQL ends one of the two, after a second; that one runs again."""
    await database.transaction(unit)
    for who in ("ill", "one", "other"):
        await database.transaction(booked, wish(who), TOPICS)
    given = (NINE, EVENING, TOPICS, NOW, SECRET, compose, "lead")
    await asyncio.gather(*(database.transaction(fall_ill, who, *given) for who in ("ill", "one")))
    url = database.url.render_as_string(hide_password=False)
    assert (rows(url, LEFT), rows(url, HELD), rows(url, TWICE)) == ([], [], [])
    assert rows(url, "SELECT count(*) FROM appointments WHERE state = 'displaced'") == [(2,)]


@pytest.mark.parametrize(("guarded", "left"), [(True, 0), (False, 1)], ids=["with the row", "without it (control)"])
async def test_a_booking_that_has_looked_and_is_not_committed_yet(database: Database, guarded: bool, left: int) -> None:
    await database.transaction(unit)
    url = database.url.render_as_string(hide_password=False)
    looked, go_on = threading.Event(), threading.Event()

    def slow(tx: Connection) -> None:
        booked(tx, wish("ill"), TOPICS)
        looked.set()
        assert go_on.wait(10)

    with closing(Database(url)) as elsewhere:  # a process of its own, as it were
        booking = asyncio.create_task(elsewhere.transaction(slow))
        assert await asyncio.to_thread(looked.wait, 10)
        given = ("ill", NINE, EVENING, TOPICS, NOW, SECRET, compose, "lead")
        sickness = asyncio.create_task(database.transaction(fall_ill if guarded else without_the_row, *given))
        waiting = asyncio.create_task(asyncio.to_thread(somebody_waits, url, go_on))
        await asyncio.wait([sickness, waiting], return_when=asyncio.FIRST_COMPLETED)
        go_on.set()
        await waiting
        await asyncio.gather(booking, sickness)
    assert len(rows(url, LEFT)) == left


def somebody_waits(url: str, stop: threading.Event) -> None:
    """Return when an act waits for a lock that another has, or when told to stop."""
    while not (stop.wait(0.01) or rows(url, WAITS)):
        pass


def without_the_row(tx: Connection, expert: str, start: datetime, end: datetime, *given: Any) -> Outcome:
    """`fall_ill` as it would be with the absence alone."""
    tx.execute(insert(absences).values(id="x", expert_id=expert, starts=start, ends=end, source="ill"))
    reserving.note(tx, "x", [Taken(reserving.expert(expert), cell_of(start), 144)])
    return replace(tx, of_expert(tx, expert, start, end), *given)
