"""Another program finds a time, books it, moves it and cancels it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bookings import API, Office, appointment_office, problem_fields, wish

from services.appointments.slots import utc_text
from services.privacy.masking import MASK

TOPICS = {"id", "unit", "name", "minutes", "languages", "places"}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with appointment_office(tmp_path) as running:
        yield running


async def test_topics_and_places(office: Office) -> None:
    topics = (await office.call("GET", f"{API}/topics"))["topics"]
    assert {frozenset(topic) for topic in topics} == {frozenset(TOPICS)}
    assert all(set(topic["name"]) == {"fi", "sv", "en"} for topic in topics)
    places = {place["id"]: place for place in (await office.call("GET", f"{API}/places"))["places"]}
    assert {"home", "yrjonkatu-6", "reposaari", "lavia", "ahlainen"} <= set(places)
    assert {place for topic in topics for place in topic["places"]} <= set(places)


async def test_availability_is_narrowed_by_every_wish(office: Office) -> None:
    tomorrow = {"from": "2026-11-25T00:00:00Z", "to": "2026-11-26T00:00:00Z"}
    slots = await office.free(topic="maaseutu", place="lavia", language="sv", **tomorrow)
    assert slots
    assert {(slot["topic"], slot["place"], slot["start"][:10]) for slot in slots} == {
        ("maaseutu", "lavia", "2026-11-25")
    }
    assert all("sv" in slot["languages"] for slot in slots)
    assert [slot["start"] for slot in slots] == sorted(slot["start"] for slot in slots)
    assert await office.free(topic="pysakointi", language="sv") == []
    assert len(await office.free(place="lavia", **tomorrow)) > len(slots)
    same = await office.free(
        topic="maaseutu", place="lavia", language="sv", **{"from": "2026-11-25T02:00:00+02:00", "to": tomorrow["to"]}
    )
    assert same == slots


async def test_availability_is_bounded(office: Office) -> None:
    wish = {"topic": "maaseutu", "place": "lavia", "language": "sv"}
    month = await office.free(**wish, to="2026-12-24T00:00:00Z")
    assert month[-1]["start"] > "2026-12-20"
    now = office.clock()
    week = [slot for slot in month if slot["start"] < utc_text(now + timedelta(days=7))]
    assert await office.free(**wish) == week
    assert await office.free(**wish, **{"from": "0001-01-01T00:00:00Z"}) == week
    later = now + timedelta(days=10)
    assert await office.free(**wish, **{"from": utc_text(later)}) == [
        slot for slot in month if utc_text(later) <= slot["start"] < utc_text(later + timedelta(days=7))
    ]
    assert await office.free(**{"from": "9999-12-31T23:59:59Z"}) == []
    assert await office.free(**{"from": "9999-12-30T00:00:00Z", "to": "9999-12-31T23:59:59Z"}) == []


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"topic": "nothing"}, "topic"),
        ({"place": "moon"}, "place"),
        ({"language": "?"}, "language"),
        ({"from": "tomorrow"}, "from"),
        ({"from": "2026-11-25"}, "from"),
        ({"from": "2026-13-25T00:00:00Z"}, "from"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from"),
        ({"interpreter": "so"}, "interpreter"),
        ({"to": "2026-11-23T00:00:00Z"}, "to"),
        ({"from": "2026-11-25T00:00:00Z", "to": "2026-12-27T00:00:00Z"}, "to"),
        ({"from": "2026-11-25T00:00:00Z", "to": "2026-11-25T00:00:00Z"}, "to"),
    ],
)
async def test_impossible_wishes_are_told_by_field(office: Office, wishes: dict[str, str], field: str) -> None:
    answer = await office.call("GET", f"{API}/availability", params=wishes, expect=422)
    assert problem_fields(answer) == {field}


async def test_a_booking_from_beginning_to_end(office: Office) -> None:
    slot = (await office.free(topic="kaavoitus", place="home", language="en"))[3]
    booked = await office.book(slot, language="en", note="a map")
    assert {"id", "token", "start", "end", "join_url", "manage_url"} == set(booked)
    assert (booked["start"], booked["end"]) == (slot["start"], slot["end"])
    assert booked["manage_url"] == f"{office.url}/appointments/{booked['token']}"
    assert booked["join_url"] == f"{office.url}/meet/{booked['token']}"
    assert slot["id"] not in {free["id"] for free in await office.free(topic="kaavoitus")}

    later = (await office.free(topic="kaavoitus", place="lavia", language="en"))[9]
    moved = await office.change(booked, "move", slot=later["id"])
    assert (moved["start"], moved["place"], moved["state"]) == (later["start"], "lavia", "confirmed")
    free = {free["id"] for free in await office.free(topic="kaavoitus")}
    assert slot["id"] in free
    assert later["id"] not in free

    cancelled = await office.change(booked, "cancel")
    assert cancelled["state"] == "cancelled"
    assert await office.change(booked, "cancel") == cancelled
    assert later["id"] in {free["id"] for free in await office.free(topic="kaavoitus")}
    assert office.count("reserved_cells") == 0
    mails = office.rows("SELECT calendar_method, count(*) FROM outbox GROUP BY calendar_method")
    assert dict(mails) == {"REQUEST": 2, "CANCEL": 1}
    kinds = office.rows("SELECT kind, unit, language, place FROM events ORDER BY id")
    assert kinds == [
        ("booking.confirmed", "kaupunkisuunnittelu", "en", "home"),
        ("booking.moved", "kaupunkisuunnittelu", "en", "lavia"),
        ("booking.cancelled", "kaupunkisuunnittelu", "en", "lavia"),
    ]
    await office.change(booked, "move", 410, slot=slot["id"])


async def test_a_taken_slot_names_the_three_nearest(office: Office) -> None:
    slot = (await office.free(topic="digituki", place="home", **{"from": "2026-11-25T00:00:00Z"}))[0]
    await office.book(slot)
    refused = await office.book(slot, 409)
    assert (refused["type"], refused["status"]) == ("urn:porina:problem:slot-taken", 409)
    assert [other["start"][:16] for other in refused["alternatives"]] == [
        "2026-11-25T07:00",  # the other expert, the same time
        "2026-11-25T07:50",
        "2026-11-25T08:40",
    ]
    free = {other["id"] for other in await office.free(topic="digituki", place="home")}
    assert {other["id"] for other in refused["alternatives"]} <= free
    booked = await office.book(refused["alternatives"][0])
    assert await office.change(booked, "move", 409, slot=slot["id"])
    assert office.rows("SELECT starts, sequence FROM appointments WHERE id = :id", id=booked["id"]) == [
        ("2026-11-25 07:00:00.000000", 0)
    ]


async def test_a_room_is_reserved_with_the_expert_or_neither(office: Office) -> None:
    nine = {"topic": "digituki", "place": "lavia", "from": "2026-11-25T07:00:00Z", "to": "2026-11-25T07:05:00Z"}
    first, second = await office.free(**nine)  # two experts, and one room
    booked = await office.book(first)
    assert office.rows("SELECT room FROM appointments") == [("huone-1",)]
    assert await office.free(**nine) == []
    refused = await office.book(second, 409)
    assert {other["place"] for other in refused["alternatives"]} == {"lavia"}
    expert = "SELECT count(*) FROM reserved_cells WHERE resource LIKE 'expert:%'"
    assert office.rows(expert) == [(10,)]  # 40 minutes and 10 after it, of the first expert only
    await office.change(booked, "cancel")
    assert [slot["id"] for slot in await office.free(**nine)] == [first["id"], second["id"]]


async def test_with_an_interpreter_it_takes_half_as_long_again(office: Office) -> None:
    wish = {"topic": "kaavoitus", "place": "home", "language": "en", "from": "2026-11-25T00:00:00Z"}
    usual, longer = (await office.free(**wish))[0], (await office.free(**wish, interpreter="true"))[0]
    assert usual["id"] == longer["id"]
    assert (usual["end"][11:16], longer["end"][11:16]) == ("07:40", "08:00")
    booked = await office.book(usual, language="en", interpreter="ru", needs=["papers", "step_free", "papers"])
    assert booked["end"] == longer["end"]
    assert office.rows("SELECT needs, interpreter_state FROM appointments") == [('["step_free","papers"]', "wanted")]


async def test_who_wishes_is_not_booked_twice_at_a_time(office: Office) -> None:
    nine = {"place": "home", "from": "2026-11-25T07:00:00Z", "to": "2026-11-25T07:05:00Z"}
    tax, plan = (await office.free(topic="tontit", **nine))[0], (await office.free(topic="kaavoitus", **nine))[0]
    await office.book(tax, one_at_a_time=True)
    for tag, title in {
        "fi": "Sinulla on jo toinen tapaaminen tähän aikaan.",
        "en": "You have another appointment at this time.",
    }.items():
        refused = await office.book(plan, 409, language=tag, one_at_a_time=True, name="  karhu")
        assert (refused["type"], refused["title"]) == ("urn:porina:problem:citizen-busy", title)
        assert len(refused["alternatives"]) == 3
    assert office.count("events", "kind = 'booking.refused'") == 0  # no want of times
    refused = await office.book(plan, 409, key="k", one_at_a_time=True)
    assert await office.book(plan, 409, key="k", one_at_a_time=True) == refused
    await office.book(plan, one_at_a_time=True, name="Hirvi")


async def test_a_repeated_key_gets_the_first_answer_and_another_body_does_not(office: Office) -> None:
    first, other = (await office.free(topic="tontit", place="home"))[:2]
    booked = await office.book(first, key="one")
    assert await office.book(first, key="one") == booked
    refused = await office.book(first, 409, key="two")
    assert await office.book(first, 409, key="two") == refused
    reused = await office.book(other, 422, key="one")
    assert reused["type"] == "urn:porina:problem:reused-id"
    await office.change(booked, "cancel")
    assert await office.book(first, key="one") == booked
    assert await office.book(first, 409, key="two") == refused
    assert office.count("appointments") == office.count("outbox", "calendar_method = 'REQUEST'") == 1
    assert (await office.book(first))["id"] != booked["id"]


async def test_a_malformed_booking_may_be_mended_under_its_key(office: Office) -> None:
    slot = (await office.free(topic="tontit", place="home"))[0]
    await office.book(slot, 422, key="one", name="")
    assert await office.book(slot, key="one")


async def test_the_answer_to_a_key_holds_neither_token_nor_contact(office: Office) -> None:
    booked = await office.book((await office.free(topic="tontit"))[0], key="a secret key")
    stored = str(office.rows("SELECT * FROM answered_requests"))
    for secret in (booked["token"], "karhu@example.fi", "Karhu", "a secret key"):
        assert secret not in stored
    assert booked["token"] not in str(office.rows("SELECT * FROM appointments"))


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"slot": None}, {"slot"}),
        ({"slot": "bm90IGEgc2xvdA"}, {"slot"}),
        ({"slot": 5}, {"slot"}),
        ({"slot": "x" * 401}, {"slot"}),
        ({"topic": None}, {"topic"}),
        ({"topic": "tontit"}, {"topic"}),
        ({"place": "lavia"}, {"place"}),
        ({"place": ["home"]}, {"place"}),
        ({"language": "sv"}, {"language"}),
        ({"language": {"fi": 1}}, {"language"}),
        ({"name": None}, {"name"}),
        ({"name": "x" * 101}, {"name"}),
        ({"name": "a\nb"}, {"name"}),
        ({"name": "\ud800"}, {"name"}),
        ({"email": None}, {"email"}),
        ({"email": "karhu"}, {"email"}),
        ({"email": None, "phone": "soita"}, {"phone"}),
        ({"email": "a@b\r\nBcc: c@d.fi"}, {"email"}),
        ({"note": "x" * 1001}, {"note"}),
        ({"note": 5}, {"note"}),
        ({"interpreter": ["so"]}, {"interpreter"}),
        ({"needs": "step_free"}, {"needs"}),
        ({"needs": ["wings"]}, {"needs"}),
        ({"needs": [5]}, {"needs"}),
        ({"hold": 5}, {"hold"}),
        ({"same_expert": "yes"}, {"same_expert"}),
        ({"one_at_a_time": 1}, {"one_at_a_time"}),
        ({"name": "", "email": "x", "language": None}, {"name", "email", "language"}),
    ],
)
async def test_every_wrong_field_is_named(office: Office, change: dict[str, Any], fields: set[str]) -> None:
    slot = (await office.free(topic="kaavoitus", place="home"))[0]
    body = {**wish(slot), **change}
    refused = await office.call(
        "POST", f"{API}/appointments", json={key: value for key, value in body.items() if value is not None}, expect=422
    )
    assert problem_fields(refused) == fields
    assert all(wrong["message"] for wrong in refused["errors"])
    assert office.count("appointments") == office.count("outbox") == office.count("reserved_cells") == 0


async def test_problems_are_told_in_the_language_of_the_request(office: Office) -> None:
    slot = (await office.free(topic="asiakaspalvelu"))[0]
    told = {}
    for tag in ("fi", "sv", "en"):
        refused = await office.book(slot, 422, name="", language=tag)
        told[tag] = refused["errors"][0]["message"]
    assert told == {"fi": "Tämä tieto puuttuu.", "sv": "Den här uppgiften saknas.", "en": "This is missing."}
    headers = {"Accept-Language": "de-DE, en;q=0.5, sv-FI;q=0.9"}
    answer = await office.ask("GET", f"{API}/availability?topic=x", headers=headers)
    assert (answer.content_type, answer.headers["Content-Language"]) == ("application/problem+json", "sv")


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b'{"name": "\xff"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 413),
        (b"[" * 10_000, "application/json", 400),
        (b"9" * 5000, "application/json", 400),
        (b"NaN", "application/json", 400),
        (b'"text"', "application/json", 422),
        (b"[]", "application/json", 422),
        (b"null", "application/json", 422),
        (b"5", "application/json", 422),
        (b'"' + b"x" * 40_000 + b'"', "application/json", 413),
        (b'"' + b"x" * 2_000_000 + b'"', "application/json", 413),
        (b"{}", "text/plain", 415),
        (b"a=b", "application/x-www-form-urlencoded", 415),
    ],
)
async def test_malformed_bodies_are_refused_as_problems(
    office: Office, body: bytes, content_type: str, status: int
) -> None:
    for path in ("appointments", "appointments/x/move"):
        answer = await office.ask("POST", f"{API}/{path}", data=BytesIO(body), headers={"Content-Type": content_type})
        assert (answer.status, answer.content_type) == (status, "application/problem+json")
        assert (await answer.json(content_type=None))["status"] == status


@pytest.mark.parametrize("what", ["cancel", "move"])
async def test_a_token_of_nothing_is_not_found(office: Office, what: str) -> None:
    for token in ("x", "a" * 43, "ä", "%00", "..%2F..", "a" * 3000):
        answer = await office.ask("POST", f"{API}/appointments/{token}/{what}", json={"slot": "x"})
        assert answer.status in {400, 404}
        assert answer.content_type == "application/problem+json"


async def test_moving_to_no_slot_or_one_of_another_topic(office: Office) -> None:
    booked = await office.book((await office.free(topic="tontit"))[0])
    other = (await office.free(topic="maaseutu"))[0]
    assert problem_fields(await office.change(booked, "move", 422)) == {"slot"}
    assert problem_fields(await office.change(booked, "move", 422, slot="x")) == {"slot"}
    assert problem_fields(await office.change(booked, "move", 422, slot=other["id"])) == {"topic"}


async def test_moving_to_where_it_is_changes_nothing(office: Office) -> None:
    slot = (await office.free(topic="tontit"))[0]
    booked = await office.book(slot)
    await office.change(booked, "move", slot=slot["id"])
    assert office.rows("SELECT sequence FROM appointments") == [(0,)]
    assert office.count("outbox") == 1


async def test_what_is_over_is_neither_moved_nor_cancelled(office: Office) -> None:
    first, later = (await office.free(topic="tontit", place="home"))[0:8:7]
    booked = await office.book(first)
    office.clock.forward(days=1)
    await office.change(booked, "move", 410, slot=later["id"])
    await office.change(booked, "cancel", 410)


async def test_a_slot_that_came_too_near_cannot_be_booked(office: Office) -> None:
    slot = (await office.free(topic="tontit", place="home"))[0]
    office.clock.forward(minutes=50)
    assert problem_fields(await office.book(slot, 422)) == {"slot"}


async def test_identity_codes_never_reach_the_database(office: Office) -> None:
    slot = (await office.free(topic="tontit"))[0]
    await office.book(slot, name="Karhu 010190-900X", note="tunnus 010190-900X", interpreter="010190+900x", key="k")
    assert office.rows("SELECT name, note, interpreter FROM appointments") == [
        (f"Karhu {MASK}", f"tunnus {MASK}", MASK)
    ]
    for table in ("appointments", "outbox", "answered_requests", "events"):
        assert "010190" not in str(office.rows(f"SELECT * FROM {table}"))


async def test_a_phone_will_do_and_gets_no_mail(office: Office) -> None:
    booked = await office.book((await office.free(topic="tontit"))[0], email=None, phone="+358 44 123 4567")
    assert office.count("outbox") == 0
    assert office.rows("SELECT phone, email FROM appointments WHERE id = :id", id=booked["id"]) == [
        ("+358 44 123 4567", None)
    ]


async def test_one_address_may_book_as_often_as_the_settings_say(tmp_path: Path) -> None:
    async with appointment_office(tmp_path, bookings_a_minute=3) as office:
        slots = await office.free(topic="tontit", place="home")
        for slot in slots[:3]:
            await office.book(slot)
        answer = await office.ask("POST", f"{API}/appointments", json=wish(slots[3]))
        assert (answer.status, answer.headers["Retry-After"]) == (429, "20")
        forged = await office.ask(
            "POST", f"{API}/appointments", json=wish(slots[3]), headers={"X-Forwarded-For": "192.0.2.1"}
        )
        assert forged.status == 429
        office.clock.forward(seconds=20)
        await office.book(slots[3])


async def test_a_client_that_goes_away_leaves_a_whole_booking_or_none(office: Office) -> None:
    slots = (await office.free(topic="asiakaspalvelu", place="home"))[:60]
    for number, slot in enumerate(slots):
        call = asyncio.create_task(office.ask("POST", f"{API}/appointments", json=wish(slot)))
        await asyncio.sleep(number % 12 / 1000)  # the moment of going away is what is tried out
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
    tables = ("appointments", "outbox", "events", "reserved_cells")
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    [(booked, mails, events, cells)] = office.rows(f"SELECT {counts}")
    assert booked > 0
    assert (mails, events, cells) == (booked, booked, booked * 6)
