"""A remote appointment booked by chat."""

from __future__ import annotations

import json

import pytest
from conversing import BOOKINGS, House, choices, entry, kind, known

from knowledge.model import LANGUAGES


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
    summary = await citizen.walk("kotona", "suomeksi", "ei", "huomenna", "klo 9", "Nimi", "040 1234567")
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
    [(2, "kuussa", "En löytänyt vaihtoehtoa"), (4, "ruusuja", "En löytänyt vaihtoehtoa"),
     (5, "joulupäivänä", "Sille päivälle"), (6, "joskus", "Sitä aikaa"), (7, "???", "ei ollut sanoja"),
     (8, "en kerro", "enkä puhelinnumeroa"), (9, "ehkä", "Vahvista varaus tai")],
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
    first = await citizen.walk(*BOOKINGS["fi"][:5])
    second = await citizen.walk("Lisää vaihtoehtoja")
    assert choices(first)[:5] != choices(second)[:5]
    assert kind(await citizen.walk(choices(second)[0], *BOOKINGS["fi"][6:])) == "confirmed"


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


@pytest.mark.parametrize(
    ("wish", "way"),
    [
        ("varaa aika verotoimistoon", "https://www.vero.fi"),
        ("haluan varata ajan Kelaan", "https://www.kela.fi"),
        ("boka tid till skattebyrån", "https://www.vero.fi"),
    ],
)
async def test_who_books_their_own_appointments_is_said_with_the_way_there(house: House, wish: str, way: str) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (reply,) = await citizen.say(wish)
    assert kind(reply) == "help" and way in reply["text"]


async def test_the_services_of_the_state_are_the_last_of_the_topics(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    question = await citizen.walk("varaa aika")
    assert choices(question)[-2:] == ["Valtion palvelut", "Keskeytä varaus"]
    listed, again = await citizen.say("Valtion palvelut")
    for agency in known().base.agencies:
        assert f"[{agency.name.fi}]({agency.url})" in listed["text"]
    assert choices(again) == choices(question)
    named, _ = await citizen.say("verotoimisto")
    assert "https://www.vero.fi" in named["text"]
    assert "Missä haluat olla" in (await citizen.walk("Pysäköinti"))["text"]
