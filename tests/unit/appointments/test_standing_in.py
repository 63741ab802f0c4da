"""An expert who cannot come: to whom the appointments go, and what becomes of those that nobody can take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import fresh, rows
from sqlalchemy import func, select, update
from supplied import ALL_DAY, HOUSE, NINE, NOW, SECRET, WEEKDAYS, add_expert, booked, compose, minutes, topic, wish

from services.appointments.acts import cancel, move
from services.appointments.holding import hold
from services.appointments.records import Appointment, by_id, token_of
from services.appointments.reminding import REMIND
from services.appointments.shifts import Shift
from services.appointments.slots import encode
from services.appointments.standing_in import Outcome, fall_ill
from services.appointments.tables import appointments, experts, holds
from services.appointments.wish import Wish
from services.database import Database
from services.errors import Invalid, NotFound, SlotTaken
from services.ids import new_id
from services.jobs.tables import jobs
from services.migrations import upgrade

TOPICS = (topic(), topic("laina"))
EVENING = NINE + timedelta(hours=12)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(fresh(tmp_path, upgrade))
    opened.now(add_expert, "ill")
    yield opened
    opened.close()


def book(database: Database, wished: Wish) -> Appointment:
    return database.now(booked, wished, TOPICS)


def ill(database: Database, start: datetime = NINE, end: datetime = EVENING, now: datetime = NOW) -> Outcome:
    return database.now(fall_ill, "ill", start, end, TOPICS, now, SECRET, compose, "lead")


def taken(database: Database, appointment: str) -> dict[str, int]:
    """How many cells of each kind of resource are the appointment's."""
    url = database.url.render_as_string(hide_password=False)
    found = rows(url, "SELECT resource, count(*) FROM reserved_cells WHERE owner = :a GROUP BY resource", a=appointment)
    noted = rows(url, "SELECT resource, cells FROM reservations WHERE owner = :a", a=appointment)
    assert sorted(map(tuple, found)) == sorted(map(tuple, noted))
    return {resource: cells for resource, cells in map(tuple, found) if not resource.startswith("citizen:")}


def mails(database: Database, appointment: str) -> list[tuple[str, str]]:
    query = "SELECT subject, text FROM outbox WHERE appointment_id = :a ORDER BY created_at, id"
    return sorted(map(tuple, rows(database.url.render_as_string(hide_password=False), query, a=appointment)))


def test_a_colleague_stands_in_at_the_same_time_and_place(database: Database) -> None:
    database.now(add_expert, "other")
    one = book(database, wish("ill", place=HOUSE.id))
    before = taken(database, one.id)
    [handed] = ill(database).handed
    assert (handed.expert, handed.state, handed.sequence) == ("other", "confirmed", 1)
    assert (handed.start, handed.end, handed.place, handed.room) == (one.start, one.end, one.place, one.room)
    assert taken(database, one.id) == {
        **{name: n for name, n in before.items() if name != "expert:ill"},
        "expert:other": 8,
    }
    assert mails(database, one.id) == [("confirmed", "0")]  # nothing changed for the citizen
    # The reminder that is still to come is wanted for the new sequence number: the old one's is void.
    reminders = database.read_now(lambda tx: tx.scalars(select(jobs.c.key).where(jobs.c.kind == REMIND)).all())
    assert f"remind:{one.id}:1:hour" in reminders
    database.now(move, token_of(SECRET, one.id), wish("other", NINE + minutes(40)).slot, TOPICS, NOW, compose)


def test_who_has_the_least_to_do_comes_first_and_nobody_is_given_two_at_once(database: Database) -> None:
    for name in ("busy", "idle"):
        database.now(add_expert, name)
    book(database, wish("busy", NINE + minutes(80)))
    first, second = book(database, wish("ill")), book(database, wish("ill", NINE + minutes(40)))
    assert [(each.id, each.expert) for each in ill(database).handed] == [(first.id, "idle"), (second.id, "busy")]


def test_a_colleague_need_not_begin_at_that_minute_otherwise(database: Database) -> None:
    database.now(add_expert, "other", hours=(Shift(WEEKDAYS, "09:25", "15:00"),))
    early, late = book(database, wish("ill")), book(database, wish("ill", NINE + minutes(40)))
    outcome = ill(database)
    assert ([each.id for each in outcome.handed], [each.id for each in outcome.returned]) == ([late.id], [early.id])


def test_an_hour_before_is_not_too_late_for_a_colleague(database: Database) -> None:
    database.now(add_expert, "other")
    one = book(database, wish("ill"))
    assert [each.id for each in ill(database, now=NINE - minutes(10)).handed] == [one.id]


CANNOT: dict[str, dict[str, Any]] = {
    "another unit": {"unit": "muu"},
    "another topic": {"topics": ["laina"]},
    "another language": {"languages": ["sv"]},
    "another place": {"places": [HOUSE.id]},
    "no hours then": {"hours": (Shift(WEEKDAYS, "09:05", "15:00"),)},
    "no hours to the end": {"hours": (Shift(WEEKDAYS, "09:00", "09:25"),)},
    "a clinic elsewhere": {"hours": (*ALL_DAY, Shift(WEEKDAYS, "09:20", "10:00", places=(HOUSE.id,)))},
    "a clinic in another language": {"hours": (*ALL_DAY, Shift(WEEKDAYS, "09:20", "10:00", languages=("sv",)))},
}


@pytest.mark.parametrize("why", CANNOT)
def test_who_could_not_have_been_booked_does_not_stand_in(database: Database, why: str) -> None:
    database.now(add_expert, "other", **CANNOT[why])
    one = book(database, wish("ill"))
    outcome = ill(database)
    assert ([each.id for each in outcome.returned], outcome.handed) == ([one.id], [])


def test_whose_day_is_full_does_not_stand_in(database: Database) -> None:
    database.now(add_expert, "other", daily_most=2)
    own = book(database, wish("other", NINE + minutes(200)))
    first, second = book(database, wish("ill")), book(database, wish("ill", NINE + minutes(40)))
    outcome = ill(database)
    assert ([each.id for each in outcome.handed], [each.id for each in outcome.returned]) == ([first.id], [second.id])
    theirs, before = taken(database, first.id), taken(database, own.id)
    assert theirs["expert:other"] == 8
    assert {seat for seat in (*theirs, *before) if seat.startswith("seat:")} == {"seat:other#1", "seat:other#2"}


def test_who_is_ill_too_or_holds_the_time_for_somebody_does_not_stand_in(database: Database) -> None:
    for name in ("away", "asked"):
        database.now(add_expert, name)
    database.now(fall_ill, "away", NINE, EVENING, TOPICS, NOW, SECRET, compose, "lead")
    database.now(hold, new_id(), encode("asked", "tuki", "home", NINE), TOPICS, NOW, SECRET)
    one = book(database, wish("ill"))
    assert [each.id for each in ill(database).returned] == [one.id]


def test_the_citizen_is_offered_three_new_times_and_takes_one(database: Database) -> None:
    one = book(database, wish("ill", place=HOUSE.id))
    [returned] = ill(database).returned
    assert (returned.state, returned.sequence, returned.room, returned.name) == ("displaced", 1, None, "Karhu")
    assert taken(database, one.id) == {}
    assert mails(database, one.id) == [("confirmed", "0"), ("displaced", "3")]
    with pytest.raises(SlotTaken) as refused:
        book(database, wish("ill"))
    later = refused.value.alternatives[0]
    moved = database.now(move, returned.token, later.id, TOPICS, NOW, compose)  # type: ignore[attr-defined]
    assert (moved.state, moved.start) == ("confirmed", later.start)
    assert taken(database, one.id) == {"expert:ill": 8}


def test_whom_it_must_be_is_not_replaced(database: Database) -> None:
    database.now(add_expert, "other")
    one = book(database, wish("ill", same_expert=True))
    outcome = ill(database)
    assert ([each.id for each in outcome.returned], outcome.handed) == ([one.id], [])
    assert mails(database, one.id)[1] == ("displaced", "3")  # times of the same expert, after the absence


def test_nobody_without_an_address_is_lost(database: Database) -> None:
    one = book(database, wish("ill", email=None, phone="044 701 0000"))
    ill(database)
    assert database.read_now(by_id, one.id).state == "displaced"


def test_a_topic_that_is_not_booked_any_more_is_given_back_without_offers(database: Database) -> None:
    database.now(add_expert, "other")
    one = book(database, wish("ill"))
    database.now(fall_ill, "ill", NINE, EVENING, TOPICS[1:], NOW, SECRET, compose, "lead")
    assert mails(database, one.id)[1] == ("displaced", "0")


def test_what_has_begun_is_over_or_cancelled_or_outside_stays(database: Database) -> None:
    database.now(add_expert, "other")
    begun, over, void, outside = (book(database, wish("ill", NINE + n * minutes(40))) for n in range(4))
    database.now(cancel, void.token, NOW, compose)
    database.now(
        lambda tx: tx.execute(update(appointments).where(appointments.c.id == begun.id).values(state="in_progress"))
    )
    outcome = ill(database, end=NINE + minutes(120), now=NINE + minutes(75))
    assert outcome == Outcome([], [])
    assert [database.read_now(by_id, each.id).expert for each in (begun, over, void, outside)] == ["ill"] * 4


def test_nothing_is_offered_while_the_expert_is_away_and_what_was_held_is_not_sold(database: Database) -> None:
    kept = database.now(hold, new_id(), encode("ill", "tuki", "home", NINE), TOPICS, NOW, SECRET)
    other = database.now(hold, new_id(), encode("ill", "tuki", "home", NINE + timedelta(days=1)), TOPICS, NOW, SECRET)
    ill(database)
    with pytest.raises(SlotTaken):
        book(database, wish("ill", hold=kept.token))
    assert database.read_now(lambda tx: tx.scalars(select(holds.c.id)).all()) == [other.id]
    assert database.read_now(lambda tx: tx.scalar(select(experts.c.version).where(experts.c.id == "ill"))) == 2


def test_what_is_asked_must_be_possible(database: Database) -> None:
    for start, end in ((NINE, NINE), (NOW - minutes(60), NOW)):
        with pytest.raises(Invalid):
            ill(database, start, end)
    with pytest.raises(NotFound):
        database.now(fall_ill, "nobody", NINE, EVENING, TOPICS, NOW, SECRET, compose, "lead")
    assert database.read_now(lambda tx: tx.scalar(select(func.count()).select_from(holds))) == 0
