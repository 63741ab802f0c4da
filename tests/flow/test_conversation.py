"""A citizen's talk with the bot: the real dialog, matcher, content and SQLite file, without HTTP."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.appointments.offer import bookables, demo_title
from bot.dialog.turn import Porina, Surroundings
from bot.settings import Settings
from bot.turns import Turns
from knowledge.files import SHIPPED, read_folder
from knowledge.model import LANGUAGES
from knowledge.store import Known, know, published
from services.appointments.calendars import load_calendar
from services.appointments.demo import fill_experts
from services.bell import Bell
from services.conversations.acts import Incoming, activities_after
from services.database import Database
from services.errors import SlotTaken
from services.migrations import upgrade
from services.privacy.masking import mask_text

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)  # a Tuesday, ten in Helsinki
SECRET = "a secret of the installation"


@cache
def known() -> Known:
    return know(published(read_folder(SHIPPED), NOW.date()))


class Citizen:
    """Says things in a conversation of their own, and hears what the bot says to each."""

    def __init__(self, talk: str, turns: Turns, database: Database) -> None:
        self.talk = talk
        self._turns = turns
        self._database = database
        self._seen = 0

    async def arrive(self, locale: str = "fi-FI") -> list[dict[str, Any]]:
        await self._turns.start(self.talk, f"user of {self.talk}", locale)
        return await self._hear()

    async def say(self, text: str) -> list[dict[str, Any]]:
        masked, count = mask_text(text)
        return await self.send({"type": "message", "text": masked}, masked=count)

    async def send(self, body: dict[str, Any], *, masked: int = 0) -> list[dict[str, Any]]:
        user = f"user of {self.talk}"
        await self._turns.take(self.talk, user, Incoming({**body, "from": {"id": user}}), masked=masked)
        return await self._hear()

    async def walk(self, *texts: str) -> dict[str, Any]:
        """Say one after the other; the last reply to the last."""
        replies: list[dict[str, Any]] = []
        for text in texts:
            replies = await self.say(text)
        return replies[-1]

    async def _hear(self) -> list[dict[str, Any]]:
        page = await self._database.read(activities_after, self.talk, self._seen)
        self._seen = page.watermark
        return [body for body in map(json.loads, page.bodies) if body["from"].get("role") == "bot"]


class House:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.refusals: list[SlotTaken | None] = []
        around = Surroundings(known(), database, Settings(), SECRET)

        def dialog(storage: Any, refused: SlotTaken | None) -> Porina:
            self.refusals.append(refused)
            return Porina(storage, refused, around)

        self.turns = Turns(database, Bell(), lambda: self.now, dialog, lambda: None)

    def citizen(self, talk: str = "talk") -> Citizen:
        return Citizen(talk, self.turns, self.database)

    def rows(self, query: str) -> list[Any]:
        return self.database.now(lambda tx: list(tx.execute(sql(query))))

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [
            {**row._asdict(), "data": json.loads(row.data)}
            for row in self.rows(f"SELECT * FROM events WHERE kind = '{kind}' ORDER BY id")
        ]


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables and the demo experts, to copy for each test."""
    file = tmp_path_factory.mktemp("empty") / "porina.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    base = known().base
    database.now(fill_experts, bookables(base), partial(demo_title, base))
    database.close()
    return file


@pytest.fixture
def house(tmp_path: Path, empty: Path) -> Iterator[House]:
    file = Path(shutil.copy(empty, tmp_path))
    database = Database(f"sqlite:///{file}")
    yield House(database)
    database.close()


def kind(reply: dict[str, Any]) -> str:
    return str(reply["channelData"]["porina"]["kind"])


def kinds(replies: list[dict[str, Any]]) -> list[str]:
    return [kind(reply) for reply in replies]


def entry(reply: dict[str, Any]) -> str | None:
    found: str | None = reply["channelData"]["porina"].get("entry")
    return found


def choices(reply: dict[str, Any]) -> list[str]:
    return [action["value"] for action in reply.get("suggestedActions", {}).get("actions", [])]


# Greeting and answers


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
    replies = await citizen.say("mistä saan bussikortin ja miten haen päivähoitopaikkaa")
    assert [entry(reply) for reply in replies] == ["bussikortti", "paivahoitohaku"]
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


# Before anything else


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
    await citizen.walk("varaa aika", "Pysäköinti", "kotona", "suomeksi", "huomenna", "klo 9")
    notice, question = await citizen.say("010190-900X")
    assert kind(notice) == "notice" and "Millä nimellä" in question["text"]


# Language


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


# Commands


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


# Booking

BOOKINGS = {
    "fi": ("varaa aika", "Pysäköinti", "lavialla", "suomeksi", "perjantaina", "klo 9", "Mysteeri", "m@example.org", "Vahvista varaus"),
    "sv": ("boka tid", "Parkering", "hemma", "engelska", "på fredag", "kl 9", "Meri", "m@example.org", "Bekräfta bokningen"),
    "en": ("book a time", "Parking", "at home", "English", "on Friday", "at 9", "Bo", "m@example.org", "Confirm the booking"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_booking_by_chat_is_really_reserved(house: House, language: str) -> None:
    citizen = house.citizen()
    await citizen.arrive(language)
    *before, confirm = BOOKINGS[language]
    summary = await citizen.walk(*before)
    assert kind(summary) == "booking" and confirm in choices(summary)
    assert not house.rows("SELECT * FROM appointments")
    (reply,) = await citizen.say(confirm)
    assert kind(reply) == "confirmed"
    (booked,) = house.rows("SELECT * FROM appointments")
    assert (booked.topic, booked.email, booked.state) == ("pysakointi", "m@example.org", "confirmed")
    assert booked.starts.startswith("2026-11-27 07:00")
    assert "m@example.org" in reply["text"] and "http://127.0.0.1:8080/appointments/" in reply["text"]
    assert len(house.rows("SELECT * FROM outbox WHERE calendar_method = 'REQUEST'")) == 1
    assert len(house.events("booking.confirmed")) == 1


async def test_events_hold_neither_words_nor_links_nor_names(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    reply = await citizen.walk(*BOOKINGS["fi"])
    token = reply["text"].rpartition("/appointments/")[2].partition(")")[0]
    written = json.dumps([list(row) for row in house.rows("SELECT * FROM events")])
    assert len(token) > 30
    assert not [word for word in (token, "Mysteeri", "example.org", "lavialla", "talk") if word in written]
    assert len({row.session for row in house.rows("SELECT session FROM events")}) == 1


async def test_the_topic_of_the_last_answer_is_not_asked_again(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (answer,) = await citizen.say("miten haen rakennuslupaa")
    assert "Missä haluat olla" in (await citizen.walk(choices(answer)[0]))["text"]
    summary = await citizen.walk("kotona", "suomeksi", "huomenna", "klo 9", "Nimi", "040 1234567")
    assert "Rakentaminen ja luvat" in summary["text"]


async def test_a_phone_number_alone_will_do_and_no_mail_is_promised(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    *before, _email, confirm = BOOKINGS["fi"]
    reply = await citizen.walk(*before, "040 1234567", confirm)
    assert kind(reply) == "confirmed" and "Ota tämä aika talteen" in reply["text"]
    assert not house.rows("SELECT * FROM outbox")


async def test_a_line_of_the_summary_can_be_changed_and_the_rest_stays(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    *before, confirm = BOOKINGS["fi"]
    await citizen.walk(*before)
    summary = await citizen.walk("Muuta päivää", "30.11. klo 9")
    assert "maanantai 30.11. klo 9.00" in summary["text"] and "Mysteeri" in summary["text"]
    summary = await citizen.walk("Muuta yhteystietoa", "toinen@example.org")
    assert "toinen@example.org" in summary["text"]
    await citizen.say(confirm)
    (booked,) = house.rows("SELECT * FROM appointments")
    assert booked.starts.startswith("2026-11-30 07:00") and booked.email == "toinen@example.org"


async def test_back_and_stop_work_at_every_step(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    answers = BOOKINGS["fi"][:-1]
    questions = [await citizen.walk(answer) for answer in answers]
    for question in reversed(questions[:-1]):
        assert (await citizen.walk("takaisin"))["text"].endswith(question["text"].split("\n\n")[-1])
    assert "ensimmäinen kysymys" in (await citizen.walk("takaisin"))["text"]
    stopped = await citizen.walk("keskeytä")
    assert "Mitään ei varattu" in stopped["text"]
    assert not house.rows("SELECT * FROM appointments")
    assert len(house.events("booking.abandoned")) == 1


@pytest.mark.parametrize(
    ("until", "bad", "said"),
    [(2, "kuussa", "En löytänyt vaihtoehtoa"), (4, "joulupäivänä", "Sille päivälle"), (5, "joskus", "Sitä aikaa"),
     (6, "???", "ei ollut sanoja"), (7, "en kerro", "enkä puhelinnumeroa"), (8, "ehkä", "Vahvista varaus tai")],
)  # fmt: skip
async def test_bad_input_gets_a_clear_word_and_loses_nothing(house: House, until: int, bad: str, said: str) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    question = await citizen.walk(*BOOKINGS["fi"][:until])
    replies = await citizen.say(bad)
    assert any(said in reply["text"] for reply in replies)
    assert choices(replies[-1]) == choices(question)
    assert kind(await citizen.walk(*BOOKINGS["fi"][until:])) == "confirmed"


async def test_long_lists_have_pages(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    first = await citizen.walk(*BOOKINGS["fi"][:4])
    second = await citizen.walk("Lisää vaihtoehtoja")
    assert choices(first)[:5] != choices(second)[:5]
    assert kind(await citizen.walk(choices(second)[0], *BOOKINGS["fi"][5:])) == "confirmed"


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


# What is no message


async def test_votes_are_kept_and_others_ignored(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (answer,) = await citizen.say("bussilipun hinta")
    for target in (answer["id"], "talk|0000099", "other|0000001", ""):
        assert await citizen.send(reaction(target)) == []
    assert [(row.activity_id, row.vote) for row in house.rows("SELECT * FROM answer_votes")] == [
        (answer["id"], "dislike")
    ]


def reaction(target: str) -> dict[str, Any]:
    return {"type": "messageReaction", "replyToId": target, "reactionsAdded": [{"type": "dislike"}]}


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event", "name": "webchat/join", "value": {"language": "fi-FI"}},
        {"type": "event", "name": "unheard/of"},
        {"type": "typing"},
        {"type": "invoke", "name": "x"},
        {"type": "endOfConversation"},
        {"type": "somethingNew"},
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    ],
)
async def test_other_activities_are_taken_in_silence(house: House, body: dict[str, Any]) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    assert await citizen.send(body) == []


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "😀😀"},
        {"text": "\u200b"},
        {},
        {"value": {"a": 1}},
        {"attachments": [{"contentType": "image/png"}]},
    ],
)
async def test_messages_without_words_get_a_kind_answer(house: House, body: dict[str, Any]) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    assert kinds(await citizen.send({"type": "message", **body})) == ["notice"]


async def test_ten_thousand_characters_are_answered(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    assert len(await citizen.say("miten haen rakennuslupaa " * 400)) >= 1


async def test_every_reply_says_its_language_and_kind(house: House) -> None:
    citizen = house.citizen()
    replies = await citizen.arrive()
    for text in ("moi", "miten haen rakennuslupaa", "asdf", "varaa aika", "talo palaa"):
        replies += await citizen.say(text)
    assert all(reply["locale"] == "fi-FI" and kind(reply) and reply["text"] and reply["summary"] for reply in replies)
    assert all(action["type"] == "imBack" and action["title"] == action["value"]
               for reply in replies for action in reply.get("suggestedActions", {}).get("actions", []))  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "topic"),
    [
        ("Haluan varata ajan rakennusvalvontaan", "Aihe: Rakentaminen ja luvat"),
        ("Jag vill boka en tid om dagvården", "Ämne: "),
        ("I need an appointment about my kid's daycare", "Topic: "),
    ],
)
async def test_a_wish_to_book_names_its_topic(house: House, wish: str, topic: str) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (reply,) = await citizen.say(wish)
    assert kind(reply) == "booking"
    assert topic in reply["text"]


async def test_where_we_have_no_expert_a_wish_to_book_shows_the_door(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (reply,) = await citizen.say("Haluan varata ajan hammaslääkäriin")
    assert entry(reply) == "hammashoito"
