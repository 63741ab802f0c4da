"""Greeting, answers, questions back, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest
from conversing import Citizen, House, choices, entry, kind, known


@pytest.mark.parametrize(
    ("locale", "tag", "start"),
    [("fi", "fi-FI", "Moi! Olen Porina"), ("sv-FI", "sv-FI", "Hej! Jag är"), ("en", "en-GB", "Hi!")],
)
async def test_the_bot_greets_as_a_bot_in_the_citizens_language(
    house: House, locale: str, tag: str, start: str
) -> None:
    (greeting,) = await house.citizen().arrive(locale)
    assert kind(greeting) == "greeting" and greeting["locale"] == tag
    assert greeting["text"].startswith(start) and "bot" in greeting["text"]
    assert len(choices(greeting)) >= 3
    assert len(house.events("conversation.started")) == 1


@pytest.mark.parametrize(
    ("locale", "question", "expected"),
    [
        ("fi", "Mist mä saan asukaspysäköintiluvan?", "asukaspysakointi"),
        ("sv", "hur ansöker jag om dagvårdsplats", "paivahoitohaku"),
        ("en", "how do I apply for a building permit", "rakennuslupa"),
    ],
)
async def test_an_answer_has_words_facts_and_ways_on(house: House, locale: str, question: str, expected: str) -> None:
    citizen = house.citizen()
    await citizen.arrive(locale)
    (answer,) = await citizen.say(question)
    content = known().base.entry(expected)
    unit = known().base.unit(content.unit)
    assert (
        kind(answer) == "answer" and entry(answer) == expected and answer["channelData"]["porina"]["feedback"] is True
    )
    assert content.answer.in_(locale) in answer["text"]
    assert content.steps is None or f"1. {content.steps.in_(locale)[0]}" in answer["text"]
    (attachment,) = answer["attachments"]
    card = attachment["content"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive" and card["version"] == "1.3"
    assert card["body"][0] == {"type": "TextBlock", "text": unit.name.in_(locale), "weight": "Bolder", "wrap": True}
    facts = {fact["value"] for part in card["body"] if part["type"] == "FactSet" for fact in part["facts"]}
    assert any(unit.address in fact for fact in facts)
    assert all(fact in card["fallbackText"] and fact in answer["summary"] for fact in facts)
    assert card["actions"][0]["url"].startswith("https://")
    assert 1 <= len(choices(answer)) <= 4
    (event,) = house.events("question.answered")
    assert (event["entry"], event["unit"], event["language"]) == (expected, content.unit, locale)
    assert 0 < event["data"]["score"] <= 1


async def test_a_redirect_says_that_another_body_handles_it(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (answer,) = await citizen.say("miten haen turvapaikkaa")
    assert answer["text"].startswith("Tämä ei ole Porin kaupungin palvelu.")
    assert "Varaa etätapaaminen" not in choices(answer)


async def test_a_question_for_a_decision_gets_no_verdict(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (answer,) = await citizen.say("saanko toimeentulotukea")
    assert answer["text"].startswith("En voi ratkaista tätä. Asian ratkaisee Kela. Näin saat heihin yhteyden:")
    assert entry(answer) == "toimeentulotuki"


async def test_two_needs_get_two_answers(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    replies = await citizen.say("mistä saan kirjastokortin ja miten haen päivähoitopaikkaa")
    assert [entry(reply) for reply in replies] == ["kirjasto", "paivahoitohaku"]
    assert len(house.events("need.second")) == 1


async def clarified(citizen: Citizen) -> dict[str, Any]:
    """The first of some vague words that the matcher asks about."""
    for words in ("lupa", "maksu", "lasku", "hakemus", "auto", "kortti", "avustus", "paikka"):
        (reply,) = await citizen.say(words)
        if kind(reply) == "clarify":
            return reply
    raise AssertionError("nothing was vague enough")


async def test_did_you_mean_offers_three_and_none(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    question = await clarified(citizen)
    *options, none = choices(question)
    assert 1 <= len(options) <= 3 and none == "Ei mikään näistä"
    (answer,) = await citizen.say(options[-1])
    assert known().base.entry(str(entry(answer))).title.fi == options[-1]
    assert house.events("choice.taken")[-1]["data"]["rank"] == len(options)


async def test_did_you_mean_is_answered_by_number_or_by_none(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    first = choices(await clarified(citizen))[0]
    (answer,) = await citizen.say("1")
    assert known().base.entry(str(entry(answer))).title.fi == first
    await clarified(citizen)
    (unknown,) = await citizen.say("Ei mikään näistä")
    assert kind(unknown) == "unknown" and "Puhu ihmisen kanssa" in choices(unknown)


async def test_not_knowing_is_said_with_ways_on(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (reply,) = await citizen.say("asdfghjkl")
    assert kind(reply) == "unknown" and reply["channelData"]["porina"]["feedback"] is False
    assert "Yrjönkatu 6" in reply["text"]
    assert {"Varaa etätapaaminen", "Puhu ihmisen kanssa"} <= set(choices(reply))
    assert len(house.events("question.unknown")) == 1


async def test_a_short_question_leans_on_the_last_answer(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    await citizen.say("bussilipun hinta")
    (price,) = await citizen.say("paljonko se maksaa?")
    assert entry(price) == "bussilippu_hinta"
    assert str(known().base.entry("bussilippu_hinta").price.fi) in price["text"]  # type: ignore[union-attr]
