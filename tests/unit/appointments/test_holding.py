"""A slot that is kept while somebody fills in the rest: for them alone, and never for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from databases import POSTGRESQL, fresh
from diary import SECRET, Diary, silently
from hours import NOW, TOPIC, at, expert, helsinki
from sqlalchemy import Connection, select

from services.appointments.acts import book
from services.appointments.bookable import Room, Site
from services.appointments.holding import (
    EXPIRE,
    HELD,
    LONGEST,
    Hold,
    extend,
    hold,
    hold_token,
    let_go,
    release_expired,
)
from services.appointments.tables import holds
from services.appointments.wish import Wish, citizen_of
from services.database import Database
from services.errors import CitizenBusy, Gone, Invalid, NotFound, SlotTaken
from services.ids import digest
from services.jobs.acts import waiting
from services.migrations import upgrade

Open = Callable[..., Diary]
NINE = helsinki("2026-11-25T09:00")
TWENTY, MINUTE = timedelta(minutes=20), timedelta(minutes=1)
BOOTH = replace(TOPIC, sites={"lavia": Site("lavia", rooms=(Room("booth"),))})
KARHU = citizen_of("Karhu", "karhu@example.fi")


def kept(opened: Diary) -> int:
    return len(opened.database.read_now(lambda tx: tx.scalars(select(holds.c.id)).all()))


def ask_longer(opened: Diary, hold: Hold) -> Hold:
    return opened.database.now(extend, hold.token, opened.now)


def owners(opened: Diary) -> list[str]:
    return [owner for _, owner, _ in opened.reserved()]


def test_a_held_slot_is_nobody_elses(diary: Open) -> None:
    opened = diary(expert(), expert(id="e2", daily_most=1), topic=BOOTH)
    nine = opened.slot(NINE, place="lavia")
    held = opened.hold(nine)
    assert (held.slot, held.room, held.interpreted, held.until) == (nine, "booth", False, opened.now + HELD)
    assert held.token == hold_token(SECRET, held.id)
    with pytest.raises(SlotTaken) as refused:
        opened.hold(nine)
    assert nine not in {slot.id for slot in refused.value.alternatives}
    with pytest.raises(SlotTaken):
        opened.book(nine, "lavia")
    with pytest.raises(SlotTaken):  # the room is held too
        opened.book(opened.slot(NINE, "e2", "lavia"), "lavia")
    opened.hold(opened.slot(NINE, "e2"))
    with pytest.raises(SlotTaken):  # and so is the day
        opened.hold(opened.slot(NINE + TWENTY, "e2"))


def test_only_a_digest_of_the_token_is_stored(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    stored = opened.database.read_now(lambda tx: tx.execute(select(holds)).one())
    assert stored.token_digest == digest(held.token)
    assert held.token not in stored


def test_who_books_with_it_keeps_what_was_held(diary: Open) -> None:
    opened = diary(expert(daily_most=2), topic=replace(BOOTH, buffer=10))
    held = opened.hold(opened.slot(NINE, place="lavia"))
    before = [opened.reserved(kind) for kind in ("expert", "room", "seat")]
    opened.now += 4 * MINUTE
    booked = opened.book(held.slot, "lavia", hold=held.token, citizen=KARHU)
    assert (booked.start, booked.room, kept(opened)) == (NINE, "booth", 0)
    after = [opened.reserved(kind) for kind in ("expert", "room", "seat")]
    assert [[(what, cells) for what, _, cells in rows] for rows in before] == [
        [(what, cells) for what, _, cells in rows] for rows in after
    ]
    assert {owner for rows in after for _, owner, _ in rows} == {booked.id}
    assert opened.reserved("citizen") == [(f"citizen:{KARHU}", booked.id, 4)]
    opened.now += HELD
    opened.database.now(release_expired, opened.now)
    assert owners(opened) == [booked.id]


def test_what_was_in_time_when_it_was_held_is_in_time_when_it_is_booked(diary: Open) -> None:
    opened = diary(expert())
    opened.now = NINE - TOPIC.lead
    held = opened.hold(opened.slot(NINE))
    opened.now += 4 * MINUTE
    with pytest.raises(Invalid):
        opened.book(opened.slot(NINE))
    assert opened.book(held.slot, hold=held.token).start == NINE


def test_one_that_has_ended_is_free_for_another(diary: Open) -> None:
    opened = diary(expert(), topic=BOOTH)
    held = opened.hold(opened.slot(NINE, place="lavia"))
    opened.now = held.until
    other = opened.book(held.slot, "lavia")
    assert owners(opened) == [other.id]
    with pytest.raises(SlotTaken):
        opened.book(held.slot, "lavia", hold=held.token)
    assert opened.count() == 1
    with pytest.raises(NotFound):
        ask_longer(opened, held)


def test_one_that_has_ended_is_no_harm_while_nobody_else_came(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    opened.now = held.until
    booked = opened.book(held.slot, hold=held.token)
    assert owners(opened) == [booked.id]


def test_it_can_be_kept_for_an_hour_and_no_longer(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    began = opened.now
    for minutes in range(4, 60, 4):
        opened.now = began + minutes * MINUTE
        held = ask_longer(opened, held)
        assert held.until == min(opened.now + HELD, began + LONGEST)
    opened.now = began + LONGEST - timedelta(seconds=1)
    assert ask_longer(opened, held).until == began + LONGEST
    with pytest.raises(SlotTaken):
        opened.book(held.slot)
    opened.now = began + LONGEST
    with pytest.raises(Gone):
        ask_longer(opened, held)
    assert opened.book(held.slot).start == NINE


def test_asking_twice_never_makes_it_shorter(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    assert ask_longer(opened, held) == held
    opened.now -= MINUTE  # a clock that was set back
    assert ask_longer(opened, held).until == held.until


def test_an_unknown_or_ended_one_is_not_kept_longer(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    with pytest.raises(NotFound):
        ask_longer(opened, replace(held, token="another"))
    opened.now = held.until
    with pytest.raises(Gone):
        ask_longer(opened, held)


def test_a_hold_of_another_slot_books_nothing_and_stays(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    with pytest.raises(Invalid) as refused:
        opened.book(opened.slot(NINE + TWENTY), hold=held.token)
    assert (refused.value.field, refused.value.code) == ("hold", "other_slot")
    assert (owners(opened), kept(opened)) == ([held.id], 1)
    assert opened.book(held.slot, hold=held.token).start == NINE


def test_a_hold_works_once(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    opened.book(held.slot, hold=held.token)
    with pytest.raises(SlotTaken):
        opened.book(held.slot, hold=held.token)
    assert opened.count() == 1


def test_another_slot_instead_gives_the_first_back(diary: Open) -> None:
    opened = diary(expert(daily_most=1))
    first = opened.hold(opened.slot(NINE))
    second = opened.hold(opened.slot(NINE + TWENTY), instead_of=first.token)
    assert (owners(opened), kept(opened)) == ([second.id], 1)
    again = opened.hold(second.slot, interpreted=True, instead_of=second.token)
    assert again.until == opened.now + HELD
    assert opened.reserved() == [("expert:e1", again.id, 6)]


def test_where_the_other_slot_is_taken_the_first_is_kept(diary: Open) -> None:
    opened = diary(expert())
    opened.book(opened.slot(NINE + TWENTY))
    first = opened.hold(opened.slot(NINE))
    with pytest.raises(SlotTaken):
        opened.hold(opened.slot(NINE + TWENTY), instead_of=first.token)
    assert opened.book(first.slot, hold=first.token).start == NINE


def test_a_refusal_that_is_caught_leaves_the_first_as_it_was(diary: Open) -> None:
    """A chat's turn goes on after it, in the same transaction."""
    opened = diary(expert())
    opened.book(opened.slot(NINE + TWENTY))
    first = opened.hold(opened.slot(NINE))

    def turn(tx: Connection) -> None:
        with pytest.raises(SlotTaken):
            hold(tx, "another", opened.slot(NINE + TWENTY), opened.topics, NOW, SECRET, instead_of=first.token)

    opened.database.now(turn)
    assert opened.book(first.slot, hold=first.token).start == NINE


def test_what_is_let_go_is_free(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    opened.database.now(let_go, "another")
    assert owners(opened) == [held.id]
    for _ in range(2):
        opened.database.now(let_go, held.token)
    assert owners(opened) == []
    booked = opened.book(held.slot)
    opened.database.now(let_go, held.token)
    assert owners(opened) == [booked.id]


@pytest.mark.parametrize(("held_with", "interpreter", "cells"), [(False, "ar", 6), (True, None, 4), (True, "ar", 6)])
def test_an_interpreter_who_is_thought_of_later_changes_the_length(
    diary: Open, held_with: bool, interpreter: str | None, cells: int
) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE), interpreted=held_with)
    booked = opened.book(held.slot, hold=held.token, interpreter=interpreter)
    assert opened.reserved() == [("expert:e1", booked.id, cells)]
    assert booked.end == NINE + cells * timedelta(minutes=5)
    assert kept(opened) == 0


def test_where_the_longer_time_is_not_free_the_hold_stays(diary: Open) -> None:
    opened = diary(expert())
    opened.book(opened.slot(NINE + TWENTY))
    held = opened.hold(opened.slot(NINE))
    with pytest.raises(SlotTaken):
        opened.book(held.slot, hold=held.token, interpreter="ar")
    assert opened.book(held.slot, hold=held.token).start == NINE


def test_a_citizen_who_is_busy_is_told_and_keeps_the_hold(diary: Open) -> None:
    opened = diary(expert(), expert(id="e2"))
    opened.book(opened.slot(NINE, "e2"), citizen=KARHU)
    held = opened.hold(opened.slot(NINE))
    with pytest.raises(CitizenBusy):
        opened.book(held.slot, hold=held.token, citizen=KARHU)
    assert (kept(opened), opened.count()) == (1, 1)


def test_an_expert_who_fell_ill_meanwhile_is_not_booked(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    opened.absent("e1", NINE, NINE + timedelta(hours=1))
    with pytest.raises(SlotTaken) as refused:
        opened.book(held.slot, hold=held.token)
    assert {at(slot) for slot in refused.value.alternatives} == {"10:00", "10:20", "10:40"}
    assert opened.count() == 0


def test_its_end_is_a_job_and_so_is_a_later_one(diary: Open) -> None:
    opened = diary(expert())
    held = opened.hold(opened.slot(NINE))
    opened.now += MINUTE
    longer = ask_longer(opened, held)
    jobs = opened.database.read_now(waiting)
    assert [(job.kind, job.subject, job.due_at) for job in jobs] == [
        (EXPIRE, held.id, held.until),
        (EXPIRE, held.id, longer.until),
    ]
    opened.database.now(release_expired, held.until)
    assert owners(opened) == [held.id]
    opened.database.now(release_expired, longer.until)
    assert (owners(opened), kept(opened)) == ([], 0)


@pytest.mark.long
async def test_the_end_and_a_booking_at_the_same_moment_on_postgresql(tmp_path: Path) -> None:
    """Clocks differ by a little: one worker ends the hold while others book with it or without it."""
    with closing(Database(fresh(tmp_path, upgrade, POSTGRESQL))) as database:
        opened = Diary(database, TOPIC)
        await asyncio.to_thread(opened.add, *(expert(id=f"e{n}") for n in range(100)))
        for n in range(100):
            held = await asyncio.to_thread(opened.hold, opened.slot(NINE, f"e{n}"))
            late = held.until + timedelta(seconds=1)

            async def confirm(held: Hold = held) -> bool:
                wish = opened.wish(held.slot, hold=held.token)
                return await booked(database, wish, opened, held.until - timedelta(seconds=1))

            async def take(held: Hold = held, late: datetime = late) -> bool:
                return await booked(database, opened.wish(held.slot), opened, late)

            mine, others, *_ = await asyncio.gather(
                confirm(),
                take(),
                database.transaction(release_expired, late),
                database.transaction(release_expired, late),
            )
            assert mine + others == 1
        sold = await asyncio.to_thread(owners, opened)
        assert len(sold) == len(set(sold)) == await asyncio.to_thread(opened.count) == 100
        assert await asyncio.to_thread(kept, opened) == 0


async def booked(database: Database, wish: Wish, opened: Diary, now: datetime) -> bool:
    try:
        await database.transaction(book, wish, opened.topics, now, SECRET, silently)
    except SlotTaken:
        return False
    return True
