"""Questions in languages that the content does not have: understood, answered with what was approved, an interpreter booked.

The questions stand in the content as phrasings here, so that the reading by words alone is sure of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from conversing import House, choices, entry, kind, known
from served import Served, Talk, serving_product

from bot.dialog.turn import Porina, Surroundings
from bot.locale import say
from bot.locale.notices import notices
from bot.settings import Settings
from bot.turns import Turns
from knowledge.model import Entry
from knowledge.store import Known, know
from services.bell import Bell

DAYCARE = "Как подать заявление на место в детском саду?"
PARKING = "أين يمكنني الحصول على تصريح وقوف السيارات للسكان"
KELA = "Где подать заявление на денежную помощь от государства?"
EITHER = "Де отримати довідку про місце проживання родини?"
NOTHING = "Ποιος έγραψε την Οδύσσεια και πότε;"
PHRASED = {
    "paivahoitohaku": (DAYCARE,),
    "asukaspysakointi": (PARKING,),
    "toimeentulotuki": (KELA,),
    "bussikortti": (EITHER,),
    "venepaikka": (EITHER,),
}
BOOK_RUSSIAN = "Book a time with an interpreter (русский)"
TO_THE_SUMMARY = ("at home", "that's all", "tomorrow", "at 9", "Иван", "ivan@example.org")


def phrased(known: Known) -> Known:
    """The same knowledge with the foreign questions among its phrasings."""

    def with_questions(each: Entry) -> Entry:
        phrasings = each.phrasings.model_copy(update={"en": (*each.phrasings.en, *PHRASED.get(each.id, ()))})
        return each.model_copy(update={"phrasings": phrasings})

    return know(
        known.base.model_copy(update={"entries": tuple(map(with_questions, known.base.entries))}), known.revision
    )


@pytest.fixture(scope="module")
def foreign() -> Known:
    return phrased(known())


@pytest.fixture
def abroad(house: House, foreign: Known) -> House:
    around = Surroundings(foreign, house.database, Settings(), "a secret")
    house.turns = Turns(
        house.database,
        Bell(),
        lambda: house.now,
        lambda storage, refused: Porina(storage, refused, around),
        lambda: None,
    )
    return house


def spoken(reply: dict[str, Any]) -> list[str]:
    found: list[str] = reply["channelData"]["porina"].get("spoken", [])
    return found


async def test_it_is_answered_in_english_with_plain_finnish_beside(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    (answer,) = await citizen.say(DAYCARE)
    content = known().base.entry("paivahoitohaku")
    notice, english, finnish, *rest = answer["text"].split("\n\n")
    assert (kind(answer), entry(answer), answer["locale"]) == ("answer", "paivahoitohaku", "en-GB")
    assert notice == notices()["ru"] and spoken(answer) == ["ru", "en", "fi"]
    assert "Russian" in english and f"**{content.title.en}**" in english
    assert "venäjä" in finnish and f"**{content.title.fi}**" in finnish
    assert "\n\n".join(rest).startswith(content.answer.en)  # what was approved, word by word
    assert answer["attachments"][0]["content"]["body"][0]["text"] == known().base.unit(content.unit).name.en
    assert choices(answer)[0] == BOOK_RUSSIAN and "Book a remote appointment" not in choices(answer)


async def test_the_notice_is_said_once_a_talk(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    await citizen.say(DAYCARE)
    (again,) = await citizen.say(KELA)
    assert spoken(again) == ["en", "fi"] and notices()["ru"] not in again["text"]
    (other,) = await citizen.say(PARKING)
    assert spoken(other) == ["ar", "en", "fi"] and other["text"].startswith(notices()["ar"])


async def test_english_is_spoken_until_one_of_ours_is_written_again(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    await citizen.say(DAYCARE)
    assert (await citizen.walk("thank you"))["locale"] == "en-GB"
    reply = await citizen.walk("mistä saan tiedon bussien aikatauluista")
    assert reply["locale"] == "fi-FI" and not [each for each in choices(reply) if "русский" in each]


async def test_a_language_chosen_expressly_stays(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    await citizen.walk("suomeksi")
    (answer,) = await citizen.say(DAYCARE)
    assert answer["locale"] == "fi-FI" and spoken(answer) == ["ru", "fi", "en"]
    assert choices(answer)[0] == "Varaa aika tulkin kanssa (русский)"


async def test_where_it_is_unsure_the_options_have_their_finnish_names(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    (question,) = await citizen.say(EITHER)
    assert kind(question) == "clarify" and "Ukrainian" in question["text"] and "ukraina" in question["text"]
    first, *_, none, interpreter = choices(question)
    meant = next(each for each in known().base.entries if first == f"{each.title.en} ({each.title.fi})")
    assert none == "None of these" and interpreter == "Book a time with an interpreter (українська)"
    (answer,) = await citizen.say(first)
    assert entry(answer) == meant.id and choices(answer)[0] == interpreter


async def test_where_nothing_was_understood_it_is_said_in_both(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    await citizen.say("miten haen rakennuslupaa")
    (reply,) = await citizen.say(NOTHING)
    assert kind(reply) == "unknown" and spoken(reply) == ["en", "fi"]
    assert "Greek" in reply["text"] and "kreikka" in reply["text"] and reply["text"].count("112") == 2
    assert choices(reply)[0] == "Book a time with an interpreter (Ελληνικά)"
    (question,) = await citizen.say(choices(reply)[0])
    assert "Topic: General customer service" in question["text"]  # and not what was asked before it


async def test_a_matter_without_a_topic_goes_to_the_desk(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    (answer,) = await citizen.say(KELA)
    assert "This is not a service of the City of Pori." in answer["text"]
    (question,) = await citizen.say(BOOK_RUSSIAN)
    assert "Topic: General customer service" in question["text"]


async def test_the_interpreter_is_booked_with_the_topic_of_the_answer(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    (question,) = [await citizen.walk(DAYCARE, BOOK_RUSSIAN)]
    assert "Topic: Daycare and early education" in question["text"]
    assert "Interpreter: русский (Russian)" in question["text"]
    summary = await citizen.walk(*TO_THE_SUMMARY)
    assert "- Language: English\n- Interpreter: русский (Russian)" in summary["text"]
    confirmed = await citizen.walk("Confirm the booking")
    assert kind(confirmed) == "confirmed"
    (booked,) = abroad.rows("SELECT * FROM appointments")
    assert (booked.topic, booked.language, booked.interpreter) == ("varhaiskasvatus", "en", "ru")
    (mail,) = abroad.rows("SELECT * FROM outbox")
    assert "Interpreter: Russian" in mail.text


async def test_an_interpreter_is_taken_off_and_back(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    await citizen.walk(DAYCARE, BOOK_RUSSIAN)
    summary = await citizen.walk(*TO_THE_SUMMARY)
    assert "No interpreter" in choices(summary)
    without = await citizen.walk("No interpreter")
    assert "Interpreter" not in without["text"] and "No interpreter" not in choices(without)
    assert "Interpreter: русский" in (await citizen.walk(BOOK_RUSSIAN))["text"]
    await citizen.walk("No interpreter", "Confirm the booking")
    assert [row.interpreter for row in abroad.rows("SELECT * FROM appointments")] == [None]


async def test_a_topic_that_the_experts_language_does_not_have_is_asked_for_one(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    await citizen.walk(DAYCARE, BOOK_RUSSIAN)
    question = await citizen.walk("at home", "Change the topic")
    assert "What is it about?" in question["text"]
    assert "In which language?" in (await citizen.walk("Farms and rural matters"))["text"]


async def test_a_foreign_question_in_a_booking_is_answered_and_the_booking_goes_on(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    await citizen.walk("varaa aika", "Pysäköinti")
    answer, question = await citizen.say(DAYCARE)
    assert entry(answer) == "paivahoitohaku" and answer["locale"] == "fi-FI" and "Missä haluat olla" in question["text"]
    taken = await citizen.walk(
        "Varaa aika tulkin kanssa (русский)",
        "kotona",
        "suomeksi",
        "siinä kaikki",
        "huomenna",
        "klo 9",
        "Иван",
        "040 1234567",
    )
    assert "Tulkki: русский (venäjä)" in taken["text"]


async def test_finnish_that_looks_like_estonian_leans_on_the_last_answer(abroad: House) -> None:
    citizen = abroad.citizen()
    await citizen.arrive("fi")
    await citizen.say("miten haen rakennuslupaa")
    reply = await citizen.walk("mis se on")
    assert reply["locale"] == "fi-FI" and entry(reply) == "rakennuslupa"


@pytest.mark.parametrize(
    ("said", "named", "stored"),
    [("arabiaksi", "العربية (arabia)", "ar"), ("tarvitsen turkin tulkin", "Türkçe (turkki)", "tr"), ("viittomakieli", "viittomakieli", "viittomakieli")],
)  # fmt: skip
async def test_who_writes_finnish_can_have_an_interpreter_too(house: House, said: str, named: str, stored: str) -> None:
    citizen = house.citizen()
    await citizen.arrive("fi")
    question = await citizen.walk("varaa aika", "Pysäköinti", "kotona", said)
    assert f"Tulkki: {named}" in question["text"] and "Millä kielellä?" in question["text"]
    await citizen.walk("suomeksi", "ei muuta", "huomenna", "klo 9", "Nimi", "040 1234567", "Vahvista varaus")
    assert [row.interpreter for row in house.rows("SELECT * FROM appointments")] == [stored]


async def test_an_interpreter_is_added_at_the_summary(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive("en")
    summary = await citizen.walk(
        "book a time", "Parking", "at home", "English", "no", "tomorrow", "at 9", "Bo", "040 1234567"
    )
    assert "Interpreter" not in summary["text"]
    assert "- Interpreter: українська (Ukrainian)" in (await citizen.walk("I need an interpreter in Ukrainian"))["text"]


# The same over HTTP, with nothing in the event loop that blocks


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving_product(tmp_path, sentence_model="off") as served:
        served.parts.known = await asyncio.to_thread(phrased, served.parts.known)
        yield served


async def said(talk: Talk, text: str) -> dict[str, Any]:
    """The last of what the bot says to `text`."""
    before = (await talk.read())["watermark"]
    await talk.say(text)
    reply: dict[str, Any] = (await talk.read(before))["activities"][-1]
    return reply


async def test_over_http_a_booking_with_an_interpreter_reaches_its_page(product: Served) -> None:
    talk = await product.open()
    answer = await said(talk, PARKING)
    assert answer["text"].startswith(notices()["ar"]) and entry(answer) == "asukaspysakointi"
    for text in (choices(answer)[0], *TO_THE_SUMMARY):
        summary = await said(talk, text)
    assert "Interpreter: العربية (Arabic)" in summary["text"]
    confirmed = await said(talk, "Confirm the booking")
    page = confirmed["text"].rpartition("/appointments/")[2].partition(")")[0]
    html = await (await product.ask("GET", f"/appointments/{page}?lang=fi")).text()
    assert f"<dt>{say('fi', 'appointment.interpreter')}</dt><dd>arabia" in html


async def test_the_page_has_the_notices_each_in_its_language(product: Served) -> None:
    html = await (await product.ask("GET", "/sv")).text()
    for code, text in notices().items():
        assert f'<li lang="{code}" dir=' in html and text in html
    assert '<li lang="ar" dir="rtl">' in html and '<li lang="ru" dir="ltr">' in html
