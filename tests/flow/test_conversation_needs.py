"""What a citizen needs at the appointment, told in a booking by chat."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conversing import Citizen, House, choices, kind

TO_THE_NEEDS = {
    "fi": ("varaa aika", "Pysäköinti", "Porinassa", "suomeksi"),
    "sv": ("boka tid", "Parkering", "Yrjönkatu", "engelska"),
    "en": ("book a time", "Parking", "Yrjönkatu", "English"),
}
FROM_THE_DAY = ("huomenna", "klo 9", "Mysteeri", "m@example.org")


async def at_the_needs(house: House, language: str = "fi") -> Citizen:
    citizen = house.citizen()
    await citizen.arrive(language)
    await citizen.walk(*TO_THE_NEEDS[language])
    return citizen


def booked(house: House) -> tuple[list[str], str | None, str]:
    (row,) = house.rows("SELECT needs, interpreter, ends FROM appointments")
    return json.loads(row.needs), row.interpreter, row.ends[11:16]


async def test_several_are_chosen_one_after_the_other_and_named(house: House) -> None:
    citizen = await at_the_needs(house)
    first = await citizen.walk("Induktiosilmukka")
    assert "Valittu: induktiosilmukka." in first["text"] and "Induktiosilmukka" not in choices(first)
    second = await citizen.walk("Joku tulee mukaani")
    assert "induktiosilmukka, joku tulee mukaani" in second["text"] and choices(second)[0] == "Siinä kaikki"
    summary = await citizen.walk("Siinä kaikki", *FROM_THE_DAY)
    assert "- Tarpeet: induktiosilmukka, joku tulee mukaani" in summary["text"]
    await citizen.walk("Vahvista varaus")
    assert booked(house) == (["hearing_loop", "support_person"], None, "07:20")


@pytest.mark.parametrize(
    ("language", "said", "interpreter", "needs"),
    [
        ("fi", "arabiankielinen tulkki ja pyörätuoli", "ar", ["step_free"]),
        ("sv", "tolk i somaliska och jag har rullstol", "so", ["step_free"]),
        ("en", "a Russian interpreter, and my mother comes with me", "ru", ["support_person"]),
    ],
)
async def test_they_are_heard_in_free_words(
    house: House, language: str, said: str, interpreter: str, needs: list[str]
) -> None:
    citizen = await at_the_needs(house, language)
    await citizen.walk(said)
    (kept,) = [
        json.loads(row.body) for row in house.rows("SELECT body FROM bot_state WHERE key LIKE '%conversations%'")
    ]
    draft: dict[str, Any] = kept["talk"]["booking"]
    assert (draft["interpreter"], draft["needs"]) == (interpreter, needs)


async def test_an_interpreter_is_asked_the_language_of_and_makes_it_longer(house: House) -> None:
    citizen = await at_the_needs(house)
    question = await citizen.walk("Tulkki")
    assert "Minkä kielen tulkki?" in question["text"] and "Somali" in choices(question)
    chosen = await citizen.walk("kurdin kieli")
    assert "tulkki: kurdî" in chosen["text"] and "Tulkki" not in choices(chosen)
    summary = await citizen.walk("ei muuta", *FROM_THE_DAY)
    assert "klo 9.00–9.30" in summary["text"] and "Tarpeet" not in summary["text"]
    await citizen.walk("Vahvista varaus")
    assert booked(house) == ([], "ku", "07:30")


@pytest.mark.parametrize(("said", "kept"), [("en tiedä", "yes"), ("oromo", "oromo")])
async def test_an_unknown_language_of_an_interpreter_loses_nothing(house: House, said: str, kept: str) -> None:
    citizen = await at_the_needs(house)
    assert kind(await citizen.walk("tulkki", said, "siinä kaikki", *FROM_THE_DAY, "Vahvista varaus")) == "confirmed"
    assert booked(house)[1] == kept


async def test_at_home_nobody_is_asked_for_our_doors(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    question = await citizen.walk("varaa aika", "Pysäköinti", "kotona", "suomeksi")
    assert not {"Esteetön kulku", "Induktiosilmukka", "Kamera papereille"} & set(choices(question))
    assert {"En tarvitse mitään", "Tulkki", "Viittomakielen tulkki", "Joku tulee mukaani"} <= set(choices(question))


async def test_the_line_of_the_summary_is_changed(house: House) -> None:
    citizen = await at_the_needs(house)
    summary = await citizen.walk("ei", *FROM_THE_DAY)
    assert "- Tarpeet: ei mitään" in summary["text"] and "Muuta tarpeita" in choices(summary)
    summary = await citizen.walk("Muuta tarpeita", "paperit ja avustaja", "siinä kaikki")
    assert "- Tarpeet: kamera papereille, joku tulee mukaani" in summary["text"] and "Mysteeri" in summary["text"]
    summary = await citizen.walk("Muuta tarpeita", "Poista valinnat", "En tarvitse mitään")
    assert "- Tarpeet: ei mitään" in summary["text"]


async def test_an_interpreter_for_whom_the_time_is_too_short_gets_others(house: House) -> None:
    """Both experts have somebody at half past nine: twenty minutes from nine are free, half an hour is not."""
    for rival in ("first", "second"):
        other = house.citizen(rival)
        await other.arrive()
        await other.walk(*TO_THE_NEEDS["fi"], "ei", "huomenna", "klo 9.30", rival, "m@example.org", "Vahvista varaus")
    citizen = await at_the_needs(house)
    await citizen.walk("ei", *FROM_THE_DAY)
    answer = await citizen.walk("tarvitsen venäjän tulkin")
    assert "eikä tämä aika riitä" in answer["text"] and "hold" not in answer["channelData"]["porina"]
    summary = await citizen.walk(choices(answer)[0])
    assert "- Tulkki: русский (venäjä)" in summary["text"] and "Mysteeri" in summary["text"]
    assert kind(await citizen.walk("Vahvista varaus")) == "confirmed"
