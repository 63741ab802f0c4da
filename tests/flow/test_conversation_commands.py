"""What comes before a question: an emergency, an identity code, the language, commands."""

from __future__ import annotations

import json

import pytest
from conversing import House, choices, entry, kind, kinds

from services.conversations.acts import activities_after


async def test_an_emergency_comes_before_a_booking_and_loses_nothing(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    await citizen.walk("varaa aika", "Pysäköinti")
    (reply,) = await citizen.say("isä sai sydänkohtauksen")
    assert kind(reply) == "safety" and reply["text"].startswith("**112**")
    assert "attachments" not in reply and "suggestedActions" not in reply
    assert reply["channelData"]["porina"]["feedback"] is False
    assert "Millä kielellä" in (await citizen.walk("kotona"))["text"]


async def test_an_identity_code_is_told_of_and_the_rest_is_answered(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    notice, answer = await citizen.say("010190-900X miten haen rakennuslupaa")
    assert notice["text"] == "Poistin viestistäsi henkilötunnuksen. En tarvitse sitä, eikä sitä tallennettu."
    assert entry(answer) == "rakennuslupa"
    (only,) = await citizen.say("010190-900X")
    assert kind(only) == "notice"
    assert not house.rows("SELECT * FROM activities WHERE body LIKE '%900X%'")


async def test_an_identity_code_is_no_name(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    await citizen.walk("varaa aika", "Pysäköinti", "kotona", "suomeksi", "en", "huomenna", "klo 9")
    notice, question = await citizen.say("010190-900X")
    assert kind(notice) == "notice" and "Millä nimellä" in question["text"]


async def test_the_language_follows_the_citizen_but_not_for_one_word(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive("fi")
    assert (await citizen.walk("parking"))["locale"] == "fi-FI"
    assert (await citizen.walk("where can I get a resident parking permit"))["locale"] == "en-GB"
    assert (await citizen.walk("tack så mycket"))["locale"] == "sv-FI"


async def test_an_express_choice_stays_also_in_the_next_talk(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive("fi")
    assert (await citizen.walk("på svenska"))["locale"] == "sv-FI"
    assert (await citizen.walk("miten haen rakennuslupaa"))["locale"] == "sv-FI"
    assert [event["data"] for event in house.events("language.switched")] == [{"chosen": True}]
    await house.turns.start("second", "user of talk", "fi-FI")
    page = await house.database.read(activities_after, "second", 0)
    assert json.loads(page.bodies[0])["locale"] == "sv-FI"


@pytest.mark.parametrize("words", ["apua", "ihminen", "tallenna keskustelu", "takaisin", "peruuta"])
async def test_commands_answer_at_any_time(house: House, words: str) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    assert kinds(await citizen.say(words)) == ["help"]


async def test_a_person_is_offered_with_the_way_there(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (reply,) = await citizen.say("haluan puhua ihmiselle")
    assert "Yrjönkatu 6" in reply["text"] and "Varaa etätapaaminen" in choices(reply)
    assert len(house.events("person.requested")) == 1


@pytest.mark.parametrize("words", ["apua", "ihminen", "tallenna keskustelu", "kiitti mutta paljonko bussilippu maksaa"])
async def test_in_a_booking_the_question_is_asked_again_afterwards(house: House, words: str) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    await citizen.walk("varaa aika", "Pysäköinti")
    *_, question = await citizen.say(words)
    assert kind(question) == "booking" and "Missä haluat olla" in question["text"]


async def test_start_over_forgets_the_booking(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    await citizen.walk("varaa aika", "Pysäköinti")
    assert kinds(await citizen.say("aloita alusta")) == ["greeting"]
    assert house.events("booking.abandoned")[0]["data"]["step"] == "place"
    assert "Mitä asiasi koskee" in (await citizen.walk("varaa aika"))["text"]
