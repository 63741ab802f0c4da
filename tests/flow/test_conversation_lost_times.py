"""Times that others took, that passed, or at which the citizen is elsewhere, while a citizen was booking them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from conversing import BOOKINGS, NOW, Citizen, House, choices, kind

from services.errors import CitizenBusy, SlotTaken

*_, CONFIRM = BOOKINGS["fi"]
TO_THE_TIME = ("varaa aika", "Pysäköinti", "kotona", "suomeksi", "ei mitään", "perjantaina")
AT_NINE, EMAIL = "klo 9.00", "m@example.org"


async def at_the_times(house: House, talk: str) -> Citizen:
    citizen = house.citizen(talk)
    await citizen.arrive()
    assert "9.00" in choices(await citizen.walk(*TO_THE_TIME))
    return citizen


async def book_at_nine(house: House, talk: str) -> None:
    citizen = await at_the_times(house, talk)
    assert kind(await citizen.walk(AT_NINE, talk, f"{talk}@example.org", CONFIRM)) == "confirmed"


async def test_when_more_choose_a_time_than_have_room_the_late_are_offered_others(house: House) -> None:
    """The demo topic has two experts at nine: the time is kept for two of three, and the third sees what is left."""
    citizens = [await at_the_times(house, f"talk {n}") for n in range(3)]
    answers = await asyncio.gather(*(citizen.walk(AT_NINE) for citizen in citizens))
    kept = ["hold" in answer["channelData"]["porina"] for answer in answers]
    assert sorted(kept) == [False, True, True]
    late, answer = citizens[kept.index(False)], answers[kept.index(False)]
    assert "9.00" not in choices(answer) and len(choices(answer)) > 2
    assert kind(await late.walk(choices(answer)[0], "Myöhäinen", EMAIL, CONFIRM)) == "confirmed"
    assert len(house.rows("SELECT DISTINCT slot FROM holds")) == 2


async def test_a_time_that_went_after_its_hold_is_replaced_and_nothing_typed_is_lost(house: House) -> None:
    citizen = await at_the_times(house, "slow")
    await citizen.walk(AT_NINE, "Hidas")
    house.now += timedelta(minutes=6)
    for rival in ("first", "second"):
        await book_at_nine(house, rival)
    answer = await citizen.walk(EMAIL)
    assert "juuri ennen sinua" in answer["text"] and "Muuta päivää" in choices(answer)
    assert "hold" not in answer["channelData"]["porina"] and "9.00" not in " ".join(choices(answer))
    summary = await citizen.walk(choices(answer)[0])
    assert "Hidas" in summary["text"] and EMAIL in summary["text"] and CONFIRM in choices(summary)
    assert kind(await citizen.walk(CONFIRM)) == "confirmed"
    assert len(house.rows("SELECT DISTINCT expert_id, starts FROM appointments")) == 3
    assert len(house.events("booking.refused")) == 1


async def test_a_time_that_is_still_free_after_its_hold_is_booked_all_the_same(house: House) -> None:
    citizen = await at_the_times(house, "slow")
    await citizen.walk(AT_NINE, "Hidas", EMAIL)
    house.now += timedelta(minutes=30)
    assert kind(await citizen.walk(CONFIRM)) == "confirmed"
    assert [row.starts[:16] for row in house.rows("SELECT starts FROM appointments")] == ["2026-11-27 07:00"]
    assert not house.rows("SELECT * FROM holds")


async def test_a_time_refused_by_the_database_is_kept_with_a_colleague(house: House) -> None:
    """The calendar is a hint: here the time goes between the decision and the commit."""
    citizen, rival = await at_the_times(house, "talk"), await at_the_times(house, "rival")
    read = house.database.read

    async def beaten(look: Any, *args: Any, **kwargs: Any) -> Any:
        seen = await read(look, *args, **kwargs)
        if look.__name__ == "calendar_for" and house.database.read is beaten:  # type: ignore[comparison-overlap]
            house.database.read = read  # type: ignore[method-assign]
            await rival.walk(AT_NINE)
        return seen

    house.database.read = beaten  # type: ignore[method-assign,assignment]
    assert "pe 27.11. klo 9.00" in (await citizen.walk(AT_NINE))["text"]
    assert any(isinstance(refused, SlotTaken) for refused in house.refusals)
    assert len(house.rows("SELECT DISTINCT slot FROM holds")) == 2


async def test_who_has_another_appointment_then_is_told_so(house: House) -> None:
    first, second = await at_the_times(house, "first"), await at_the_times(house, "second")
    for citizen in (first, second):
        await citizen.walk(AT_NINE, "Mysteeri", EMAIL)
    assert kind(await first.walk(CONFIRM)) == "confirmed"
    answer = await second.walk(CONFIRM)
    assert isinstance(house.refusals[-1], CitizenBusy)
    assert "Sinulla on jo toinen tapaaminen" in answer["text"] and "9.00" not in " ".join(choices(answer))
    assert kind(await second.walk(choices(answer)[0], CONFIRM)) == "confirmed"
    assert not house.rows("SELECT * FROM holds")


async def test_a_time_that_passed_meanwhile_is_asked_anew(house: House) -> None:
    citizen = await at_the_times(house, "talk")
    await citizen.walk(AT_NINE, "Mysteeri", EMAIL)
    house.now = NOW + timedelta(days=5)
    reply = await citizen.walk(CONFIRM)
    assert "ei voi enää varata" in reply["text"] and "Mikä päivä" in reply["text"]
