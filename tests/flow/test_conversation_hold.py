"""A chosen time is kept for the citizen while they tell the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conversing import NOW, Citizen, House, choices, kind
from sqlalchemy import select, update

from services.appointments.holding import release_expired
from services.conversations.tables import bot_state
from services.errors import SlotTaken

BOOKING = {
    "fi": ("varaa aika", "Pysäköinti", "kotona", "suomeksi", "ei", "perjantaina", "klo 9.00"),
    "sv": ("boka tid", "Parkering", "hemma", "engelska", "nej", "på fredag", "kl 9.00"),
    "en": ("book a time", "Parking", "at home", "English", "no", "on Friday", "at 9:00"),
}
MORE_TIME = {"fi": "Tarvitsen lisää aikaa", "sv": "Jag behöver mer tid", "en": "I need more time"}


async def at_the_name(house: House, language: str = "fi", talk: str = "talk") -> tuple[Citizen, dict[str, Any]]:
    citizen = house.citizen(talk)
    await citizen.arrive(language)
    return citizen, await citizen.walk(*BOOKING[language])


def until(reply: dict[str, Any]) -> str:
    return str(reply["channelData"]["porina"]["hold"]["until"])


def held(house: House) -> list[str]:
    return [row.until[:16] for row in house.rows("SELECT until FROM holds")]


async def test_it_is_said_until_when_in_words_and_for_a_countdown(house: House) -> None:
    citizen, question = await at_the_name(house)
    assert "Aika on varattu sinulle kello 10.05 asti" in question["text"]
    assert until(question) == "2026-11-24T08:05:00Z" and held(house) == ["2026-11-24 08:05"]
    summary = await citizen.walk("Mysteeri", "m@example.org")
    assert "kello 10.05 asti" in summary["text"] and until(summary) == "2026-11-24T08:05:00Z"
    confirmed = await citizen.walk("Vahvista varaus")
    assert kind(confirmed) == "confirmed" and "hold" not in confirmed["channelData"]["porina"]
    assert not held(house) and len(house.rows("SELECT * FROM appointments")) == 1


@pytest.mark.parametrize("language", BOOKING)
async def test_more_time_is_given_to_who_asks(house: House, language: str) -> None:
    citizen, _ = await at_the_name(house, language)
    house.now += timedelta(minutes=4)
    answer = await citizen.walk(MORE_TIME[language])
    assert until(answer) == "2026-11-24T08:09:00Z" and held(house) == ["2026-11-24 08:09"]
    assert not [line for line in answer["text"].split("\n\n") if MORE_TIME[language] == line]  # it is no name
    house.now += timedelta(minutes=4)
    assert until(await citizen.walk("Mysteeri")) == "2026-11-24T08:09:00Z"


async def test_nobody_keeps_a_time_for_more_than_an_hour(house: House) -> None:
    citizen, _ = await at_the_name(house)
    for _ in range(20):
        house.now += timedelta(minutes=4)
        if house.now < NOW + timedelta(minutes=60):
            answer = await citizen.walk(MORE_TIME["fi"])
    assert until(answer) == "2026-11-24T09:00:00Z" and "Pidempään en voi" in answer["text"]


async def test_what_ended_is_kept_anew_with_the_next_answer(house: House) -> None:
    citizen, _ = await at_the_name(house)
    house.now += timedelta(minutes=20)
    question = await citizen.walk("Mysteeri")
    assert until(question) == "2026-11-24T08:25:00Z" and "kello 10.25 asti" in question["text"]
    house.now += timedelta(minutes=20)
    assert until(await citizen.walk(MORE_TIME["fi"])) == "2026-11-24T08:45:00Z"
    assert "Mysteeri" in (await citizen.walk("m@example.org"))["text"]


async def test_another_time_lets_the_former_go(house: House) -> None:
    citizen, _ = await at_the_name(house)
    times = await citizen.walk("takaisin")
    assert "9.00" in choices(times) and "hold" not in times["channelData"]["porina"]  # one's own is free to oneself
    await citizen.walk("klo 10.00")
    assert len(held(house)) == 1
    again, _ = await at_the_name(house, talk="first"), await at_the_name(house, talk="second")
    assert "klo 9.00" in again[1]["text"] and len(held(house)) == 3


@pytest.mark.parametrize("word", ["keskeytä", "aloita alusta"])
async def test_a_booking_that_is_given_up_gives_the_time_back(house: House, word: str) -> None:
    citizen, _ = await at_the_name(house)
    assert held(house)
    await citizen.walk(word)
    assert not held(house) and not house.rows("SELECT * FROM reserved_cells")


async def test_a_draft_of_an_older_version_goes_on(house: House) -> None:
    citizen, _ = await at_the_name(house)
    house.database.now(_forget_what_is_new)
    house.turns._recent.forget([row.key for row in house.rows("SELECT key FROM bot_state")])
    assert "Tarvitsetko jotain?" in (await citizen.walk("Mysteeri"))["text"]
    assert kind(await citizen.walk("ei", "Mysteeri", "m@example.org", "Vahvista varaus")) == "confirmed"


def _forget_what_is_new(tx: Any) -> None:
    for row in tx.execute(select(bot_state)).all():
        if "talk" in row.body:
            booking = row.body["talk"]["booking"]
            old = {key: booking[key] for key in booking if key not in {"held", "needs", "needs_told", "which"}}
            body = {**row.body, "talk": {**row.body["talk"], "booking": old}}
            tx.execute(update(bot_state).where(bot_state.c.key == row.key).values(body=body))


async def test_a_hold_that_ends_while_more_time_is_given_is_made_anew(house: House) -> None:
    """Another process, whose clock is ahead, may give the time back between the decision and the commit."""
    citizen, _ = await at_the_name(house)
    read = house.database.read

    async def ended(look: Any, *args: Any, **kwargs: Any) -> Any:
        seen = await read(look, *args, **kwargs)
        if house.database.read is ended:  # type: ignore[comparison-overlap]
            house.database.read = read  # type: ignore[method-assign]
            house.database.now(release_expired, NOW + timedelta(hours=1))
        return seen

    house.database.read = ended  # type: ignore[method-assign,assignment]
    house.now += timedelta(minutes=2)
    assert until(await citizen.walk(MORE_TIME["fi"])) == "2026-11-24T08:07:00Z"
    assert held(house) == ["2026-11-24 08:07"] and isinstance(house.refusals[-1], SlotTaken)
