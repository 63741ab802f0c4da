"""What an appointment takes, in a real database: the expert, a place in their day, a room, the citizen's own time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from bookings import without_the_guard
from databases import POSTGRESQL, fresh
from diary import SECRET, Diary, silently
from hours import TOPIC, WORKDAYS, at, expert, helsinki, on
from sqlalchemy import Connection, update

from services.appointments.acts import book
from services.appointments.bookable import Expert, Room, Site
from services.appointments.reserving import number_seats
from services.appointments.tables import experts
from services.appointments.wish import Wish, citizen_of
from services.clock import local
from services.database import Database
from services.errors import CitizenBusy, Invalid, SlotTaken
from services.migrations import upgrade

Open = Callable[..., Diary]
NINE = helsinki("2026-11-25T09:00")
TWENTY = timedelta(minutes=20)
ROOMS = replace(TOPIC, sites={"lavia": Site("lavia", rooms=(Room("booth"), Room("hall", 2)))})
KARHU = citizen_of("Karhu", "karhu@example.fi")


def four(**other: object) -> list[Expert]:
    return [expert(id=f"e{n}", **other) for n in range(1, 5)]


def test_rooms_run_out_and_are_given_back(diary: Open) -> None:
    opened = diary(*four(), topic=ROOMS)
    took = [opened.book(opened.slot(NINE, f"e{n}", "lavia"), "lavia") for n in (1, 2, 3)]
    assert Counter(each.room for each in took) == {"booth": 1, "hall": 2}
    assert [resource for resource, _, _ in opened.reserved("room")] == [
        "room:lavia/booth#1",
        "room:lavia/hall#1",
        "room:lavia/hall#2",
    ]
    fourth = opened.slot(NINE, "e4", "lavia")
    with pytest.raises(SlotTaken) as refused:
        opened.book(fourth, "lavia")
    assert {slot.place for slot in refused.value.alternatives} == {"lavia"}
    assert NINE not in {slot.start for slot in refused.value.alternatives}
    assert opened.book(opened.slot(NINE, "e4")).room is None
    opened.cancel(took[0])
    again = opened.book(opened.slot(NINE, "e1", "lavia"), "lavia")
    assert again.room == took[0].room


def test_who_moves_away_gives_the_room_back_and_gets_one_there(diary: Open) -> None:
    opened = diary(*four(), topic=ROOMS)
    took = [opened.book(opened.slot(NINE, f"e{n}", "lavia"), "lavia") for n in (1, 2, 3)]
    home = opened.move(took[0], opened.slot(NINE, "e1", "home"))
    assert (home.room, home.place, home.start) == (None, "home", NINE)
    assert opened.book(opened.slot(NINE, "e4", "lavia"), "lavia").room == took[0].room
    with pytest.raises(SlotTaken):
        opened.move(home, opened.slot(NINE, "e1", "lavia"))
    later = opened.move(home, opened.slot(NINE + TWENTY, "e1", "lavia"))
    assert later.room in {"booth", "hall"}
    assert len(opened.reserved("room")) == 4


def test_a_room_is_given_only_while_it_is_open(diary: Open) -> None:
    rooms = Room("booth", hours=(on("wed", "09:00", "09:20"),)), Room("hall", hours=(on("wed", "09:20", "15:00"),))
    topic = replace(TOPIC, sites={"lavia": Site("lavia", rooms=rooms)})
    opened = diary(*four(), topic=topic)
    assert opened.book(opened.slot(NINE, "e1", "lavia"), "lavia").room == "booth"
    assert opened.book(opened.slot(NINE + TWENTY, "e1", "lavia"), "lavia").room == "hall"
    with pytest.raises(SlotTaken):
        opened.book(opened.slot(NINE, "e2", "lavia"), "lavia")
    with pytest.raises(SlotTaken):  # half an hour, and the booth closes after twenty minutes
        opened.book(opened.slot(NINE, "e2", "lavia"), "lavia", interpreter="ar")


def test_nobody_has_more_a_day_than_their_most(diary: Open) -> None:
    opened = diary(expert(daily_most=2))
    first = opened.book(opened.slot(NINE))
    opened.book(opened.slot(NINE + 2 * TWENTY))
    with pytest.raises(SlotTaken) as refused:
        opened.book(opened.slot(NINE + 6 * TWENTY))
    assert {local(slot.start).date() for slot in refused.value.alternatives} <= {
        date(2026, 11, 24),
        date(2026, 11, 26),
    }
    opened.book(opened.slot(NINE + timedelta(days=1)))
    moved = opened.move(first, opened.slot(NINE + 6 * TWENTY))  # within the day: no more than before
    opened.cancel(moved)
    assert opened.book(opened.slot(NINE)).start == NINE
    assert len(opened.reserved("seat")) == 3


def test_whoever_changes_the_most_a_day_numbers_its_seats_anew(diary: Open) -> None:
    """Those that were booked before count, whatever number they had, and also where there was no most."""
    opened = diary(expert())
    booked = [opened.book(opened.slot(NINE + n * TWENTY)) for n in range(4)]
    held = opened.hold(opened.slot(NINE + timedelta(days=1)))
    opened.absent("e1", NINE + timedelta(days=2), NINE + timedelta(days=3))
    assert opened.reserved("seat") == []
    for most, free in ((4, False), (5, True), (3, False), (2, False)):
        opened.database.now(change_most, most)
        fifth = opened.slot(NINE + 6 * TWENTY)
        if free:
            booked.append(opened.book(fifth))
            opened.cancel(booked.pop(0))
        else:
            with pytest.raises(SlotTaken):
                opened.book(fifth)
    assert [seat for seat, _, _ in opened.reserved("seat")] == [f"seat:e1#{n}" for n in (1, 1, 2, 3, 4)]
    assert {owner for _, owner, _ in opened.reserved("seat")} == {held.id, *(each.id for each in booked)}
    for each in booked[:2]:
        opened.cancel(each)
    opened.database.now(change_most, 3)
    assert opened.book(opened.slot(NINE)).start == NINE


def change_most(tx: Connection, most: int) -> None:
    tx.execute(update(experts).values(daily_most=most))
    number_seats(tx, "e1")


def test_an_appointment_takes_its_buffer_too(diary: Open) -> None:
    topic = replace(TOPIC, buffer=10)
    opened = diary(expert(), topic=topic)
    booked = opened.book(opened.slot(NINE))
    assert booked.end == NINE + TWENTY
    assert opened.reserved() == [("expert:e1", booked.id, 6)]
    assert [at(slot) for slot in opened.times(NINE, NINE + timedelta(hours=1), place="home")] == ["09:30"]


def test_with_an_interpreter_it_takes_longer(diary: Open) -> None:
    opened = diary(expert())
    booked = opened.book(opened.slot(NINE), interpreter="ar")
    assert (booked.end, booked.interpreter_state) == (NINE + timedelta(minutes=30), "wanted")
    with pytest.raises(SlotTaken):
        opened.book(opened.slot(NINE + TWENTY))
    opened.book(opened.slot(NINE + 2 * TWENTY))
    with pytest.raises(SlotTaken) as refused:  # 09:20 until 09:50 would meet both
        opened.book(opened.slot(NINE + TWENTY), interpreter="ar")
    assert refused.value.alternatives
    assert all(slot.end - slot.start == timedelta(minutes=30) for slot in refused.value.alternatives)
    with pytest.raises(SlotTaken):  # the last of the day would end after three
        opened.book(opened.slot(helsinki("2026-11-25T14:40")), interpreter="ar")
    assert opened.count() == 2


def test_an_absence_refuses_and_is_not_offered(diary: Open) -> None:
    opened = diary(expert())
    opened.absent("e1", NINE - timedelta(days=1), NINE + timedelta(minutes=30))
    with pytest.raises(SlotTaken) as refused:
        opened.book(opened.slot(NINE + TWENTY))
    assert [at(slot) for slot in refused.value.alternatives] == ["09:40", "10:00", "10:20"]


@pytest.mark.parametrize(
    "same",
    [
        citizen_of("Karhu", "Karhu@Example.FI"),
        citizen_of("  KARHU ", "karhu@example.fi"),
        citizen_of("karhu", "karhu@example.fi", "044 123 4567"),
    ],
)
def test_a_citizen_is_in_one_place_at_a_time(diary: Open, same: str) -> None:
    opened = diary(*four(), topic=replace(TOPIC, buffer=20))
    opened.book(opened.slot(NINE, "e1"), citizen=KARHU)
    with pytest.raises(CitizenBusy) as refused:
        opened.book(opened.slot(NINE, "e2"), citizen=same)
    assert refused.value.alternatives
    assert all(slot.start >= NINE + TWENTY or slot.end <= NINE for slot in refused.value.alternatives)
    assert opened.count() == 1
    chosen = refused.value.alternatives[0]
    assert opened.book(chosen.id, chosen.place, citizen=same).start == chosen.start


def test_a_phone_number_is_the_same_however_it_is_written(diary: Open) -> None:
    assert citizen_of("Karhu", phone="044 123 4567") == citizen_of("Karhu", phone="+358 44 1234567")
    opened = diary(*four())
    opened.book(opened.slot(NINE, "e1"), email=None, phone="044 123 4567", citizen=citizen_of("K", phone="0441234567"))
    with pytest.raises(CitizenBusy):
        opened.book(opened.slot(NINE, "e2"), email=None, phone="1", citizen=citizen_of("K", phone="+358 44 123 4567"))


def test_another_of_the_household_is_somebody_else(diary: Open) -> None:
    opened = diary(*four())
    opened.book(opened.slot(NINE, "e1"), citizen=KARHU)
    opened.book(opened.slot(NINE, "e2"), name="Hukka", citizen=citizen_of("Hukka", "karhu@example.fi"))
    opened.book(opened.slot(NINE, "e3"), name="Somebody without a citizen")
    assert opened.count() == 3


def test_moving_into_ones_own_other_appointment_is_refused(diary: Open) -> None:
    opened = diary(*four())
    opened.book(opened.slot(NINE, "e1"), citizen=KARHU)
    later = opened.book(opened.slot(NINE + TWENTY, "e1"), citizen=KARHU)
    with pytest.raises(CitizenBusy):
        opened.move(later, opened.slot(NINE, "e2"))
    assert [(resource, cells) for resource, _, cells in opened.reserved("citizen")] == [(f"citizen:{KARHU}", 4)] * 2
    assert opened.move(later, opened.slot(NINE + 2 * TWENTY, "e2")).expert == "e2"


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("slot", {"start": NINE + timedelta(minutes=5)}),
        ("slot", {"start": NINE + timedelta(minutes=2)}),
        ("slot", {"who": "nobody"}),
        ("slot", {"start": helsinki("2026-12-06T09:00")}),  # Independence Day
        ("language", {"language": "ru"}),
        ("place", {"place": "lavia"}),
    ],
)
def test_what_is_no_slot_is_invalid_and_takes_nothing(diary: Open, field: str, other: dict[str, Any]) -> None:
    opened = diary(expert(on("mon tue wed thu fri sat sun", "09:00", "15:00")))
    wished = dict(other)
    slot = opened.slot(wished.pop("start", NINE), wished.pop("who", "e1"))
    with pytest.raises(Invalid) as refused:
        opened.book(slot, **wished)
    assert refused.value.field == field
    assert opened.reserved() == opened.reserved("citizen") == []


def test_the_holidays_of_the_next_year_are_closed_too(diary: Open) -> None:
    opened = diary(expert(on("mon tue wed thu fri sat sun", "09:00", "09:20")))
    opened.now = helsinki("2027-12-22T12:00")
    days = {local(slot.start).date() for slot in opened.times(place="home")}
    shut = {date(2027, 12, day) for day in (24, 25, 26)} | {date(2028, 1, day) for day in (1, 6)}
    whole = {date(2027, 12, 23) + timedelta(days=n) for n in range(31)}
    assert whole - days == shut


def test_a_second_move_to_the_same_slot_changes_nothing_however_late(diary: Open) -> None:
    """It was in time the first time; the second click came when the slot was less than an hour away."""
    opened = diary(expert())
    booked = opened.book(opened.slot(NINE))
    opened.now = NINE - timedelta(minutes=40)
    moved = opened.move(booked, opened.slot(NINE + TWENTY))
    opened.now += timedelta(minutes=1)
    assert opened.move(booked, opened.slot(NINE + TWENTY)) == moved
    with pytest.raises(Invalid):
        opened.move(booked, opened.slot(NINE))


def test_a_buffer_that_reaches_into_the_next_day_is_seen(diary: Open) -> None:
    """The booth is kept until 00:05, and somebody has it from midnight on."""
    topic = replace(TOPIC, buffer=15, sites={"lavia": Site("lavia", rooms=(Room("booth"),))})
    late, early = on("wed", "23:30", "24:00"), on("thu", "00:00", "01:00")
    opened = diary(expert(late, id="e1"), expert(early, id="e2"), topic=topic)
    midnight = helsinki("2026-11-26T00:00")
    opened.book(opened.slot(midnight, "e2", "lavia"), "lavia")
    half_past = midnight - timedelta(minutes=30)
    with pytest.raises(SlotTaken):
        opened.book(opened.slot(half_past, "e1", "lavia"), "lavia")
    assert opened.book(opened.slot(half_past, "e1")).end == midnight - timedelta(minutes=10)


@pytest.mark.long
@pytest.mark.parametrize("rounds", range(5))
async def test_at_once_on_postgresql_nothing_is_given_away_twice(tmp_path: Path, rounds: int) -> None:
    """Everybody wants another expert's time, so that only rooms, seats of a day and the citizen's own time collide."""
    staff = [expert(on(WORKDAYS, "08:00", "16:00"), id=f"e{n}") for n in range(1, 21)]
    busy = expert(on(WORKDAYS, "08:00", "16:00"), id="busy", daily_most=6)
    with closing(Database(fresh(tmp_path, upgrade, POSTGRESQL))) as database:
        opened = Diary(database, ROOMS)
        await asyncio.to_thread(opened.add, *staff, busy)
        rooms = [opened.wish(opened.slot(NINE, who.id, "lavia"), "lavia") for who in staff]
        assert await outcomes(opened, rooms) == {"booked": 3, "SlotTaken": 17}
        seats = [opened.wish(opened.slot(NINE + n * TWENTY, "busy")) for n in range(20)]
        assert await outcomes(opened, seats) == {"booked": 6, "SlotTaken": 14}
        later = NINE + timedelta(days=1)
        citizen = [opened.wish(opened.slot(later, who.id), citizen=KARHU) for who in staff]
        assert await outcomes(opened, citizen) == {"booked": 1, "CitizenBusy": 19}
        await asyncio.to_thread(opened.reserved)


@pytest.mark.long
async def test_without_the_primary_key_a_day_is_given_away_more_often_on_postgresql(tmp_path: Path) -> None:
    """The control."""
    with closing(Database(fresh(tmp_path, upgrade, POSTGRESQL))) as database:
        opened = Diary(database, TOPIC)
        await asyncio.to_thread(opened.add, expert(on(WORKDAYS, "08:00", "16:00"), daily_most=3))
        await database.transaction(without_the_guard)
        wishes = [opened.wish(opened.slot(NINE + n * TWENTY)) for n in range(20)]
        assert (await outcomes(opened, wishes))["booked"] > 3


async def outcomes(opened: Diary, wishes: Sequence[Wish]) -> Counter[str]:
    async def one(wish: Wish) -> str:
        try:
            await opened.database.transaction(book, wish, opened.topics, opened.now, SECRET, silently)
        except SlotTaken as refused:
            return type(refused).__name__
        return "booked"

    return Counter(await asyncio.gather(*(one(wish) for wish in wishes)))
