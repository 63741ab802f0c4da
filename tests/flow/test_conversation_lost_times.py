"""Times that others took, or that passed, while a citizen was booking them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from conversing import BOOKINGS, NOW, House, choices, kind, kinds

from services.appointments.calendars import load_calendar
from services.errors import SlotTaken


async def test_when_more_confirm_a_time_than_have_room_the_late_are_offered_others(house: House) -> None:
    """The demo topic has two experts at nine: two of three get the time, and the third one of the nearest."""
    citizens = [house.citizen(f"talk {n}") for n in range(3)]
    *before, confirm = BOOKINGS["fi"]
    for citizen in citizens:
        await citizen.arrive()
        assert confirm in choices(await citizen.walk(*before))
    answers = await asyncio.gather(*(citizen.walk(confirm) for citizen in citizens))
    assert sorted(kinds(answers)) == ["booking", "confirmed", "confirmed"]
    ((late, answer),) = [pair for pair in zip(citizens, answers, strict=True) if kind(pair[1]) == "booking"]
    assert "juuri ennen sinua" in answer["text"] and "Muuta päivää" in choices(answer)
    summary = await late.walk(choices(answer)[0])
    assert "Mysteeri" in summary["text"] and confirm in choices(summary)
    assert kind(await late.walk(confirm)) == "confirmed"
    assert len(house.rows("SELECT DISTINCT expert_id, starts FROM appointments")) == 3
    assert len(house.events("booking.refused")) == 1


async def test_a_time_refused_by_the_database_is_offered_anew(house: House) -> None:
    """The calendar is a hint: here the time goes between the decision and the commit."""
    citizen, rival = house.citizen(), house.citizen("rival")
    *before, confirm = BOOKINGS["fi"]
    for each in (citizen, rival):
        await each.arrive()
        await each.walk(*before)
    read = house.database.read

    async def beaten(look: Any, *args: Any, **kwargs: Any) -> Any:
        seen = await read(look, *args, **kwargs)
        if look is load_calendar and house.database.read is beaten:  # type: ignore[comparison-overlap]
            house.database.read = read  # type: ignore[method-assign]
            assert kind(await rival.walk(confirm)) == "confirmed"
        return seen

    house.database.read = beaten  # type: ignore[method-assign,assignment]
    assert kind(await citizen.walk(confirm)) == "confirmed"
    assert any(isinstance(refused, SlotTaken) for refused in house.refusals)
    assert len(house.rows("SELECT DISTINCT expert_id, starts FROM appointments")) == 2


async def test_a_time_that_passed_meanwhile_is_asked_anew(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    *before, confirm = BOOKINGS["fi"]
    await citizen.walk(*before)
    house.now = NOW + timedelta(days=5)
    reply = await citizen.walk(confirm)
    assert "ei voi enää varata" in reply["text"] and "Mikä päivä" in reply["text"]
