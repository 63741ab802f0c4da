"""What a citizen's page tells beyond the plain case, and choosing another time: one click from a mail, the same expert."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bookings import Office, appointment_office
from sqlalchemy import update
from test_appointment_page import post, text, words

from bot.locale import say
from services.appointments.tables import appointments

LANGUAGES = ("fi", "sv", "en")
NINE = {"from": "2026-11-25T07:00:00Z"}
Body = dict[str, Any]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with appointment_office(tmp_path) as running:
        yield running


@pytest.fixture
async def booked(office: Office) -> Body:
    slot = (await office.free(topic="matkailu", place="yrjonkatu-6", **NINE))[0]
    return dict(await office.book(slot, needs=["papers", "step_free"], interpreter="ru"))


async def put(office: Office, appointment: Body, **values: Any) -> None:
    row = update(appointments).where(appointments.c.id == appointment["id"]).values(**values)
    await office.parts.database.transaction(lambda tx: tx.execute(row))


def slots_in(html: str) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', html)


def expert_of(office: Office, appointment: str) -> str:
    return str(office.rows("SELECT expert_id FROM appointments WHERE id = :id", id=appointment)[0][0])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", ["venäjä: toivottu, tilaaja palvelupiste", "reitti ilman portaita, papereiden näyttäminen kameralla",
                "Tila Varattu sinulle", "Esteettömyys Ei tiedossa.", "Henkilökunta auttaa paikan päällä."]),
        ("sv", ["ryska: önskas, beställs av servicestället", "väg utan trappor, visa papper med kamera",
                "Rum Reserverat för dig", "Personalen hjälper dig på plats."]),
        ("en", ["Russian: wished for, to be ordered by the service point", "a way without steps, showing papers by camera",
                "Room Reserved for you", "Staff are there to help you."]),
    ],
)  # fmt: skip
async def test_the_page_tells_room_needs_interpreter_and_place(
    office: Office, booked: Body, language: str, told: list[str]
) -> None:
    html = words(await text(office, f"/appointments/{booked['token']}?lang={language}"))
    for part in told:
        assert part in html


async def test_a_place_of_ones_own_has_no_room_and_no_help(office: Office) -> None:
    booked = await office.book((await office.free(topic="matkailu", place="home", **NINE))[0])
    html = words(await text(office, f"/appointments/{booked['token']}"))
    assert "Tila" not in html
    assert "Esteettömyys" not in html


@pytest.mark.parametrize(
    ("values", "key", "offered"),
    [
        ({"state": "displaced"}, "displaced", {"move", "cancel"}),
        ({"state": "checked_in", "guest_came": True}, "checked_in", {"cancel", "again"}),
        ({"state": "in_progress"}, "in_progress", {"cancel", "again"}),
        ({"state": "done"}, "done", {"again"}),
        ({"state": "no_show", "guest_came": False, "host_came": True}, "no_guest", {"again"}),
        ({"state": "no_show", "guest_came": True, "host_came": False}, "no_host", {"again"}),
        ({"state": "no_show"}, "no_show", {"again"}),
        ({"state": "cancelled", "cancelled_by": "citizen"}, "cancelled_citizen", {"again"}),
        ({"state": "cancelled", "cancelled_by": "staff", "reason": "<i>suljettu"}, "cancelled_staff", {"again"}),
        ({"state": "cancelled", "cancelled_by": "expert"}, "cancelled_expert", {"again"}),
        ({"state": "cancelled"}, "cancelled", {"again"}),
        ({"state": "phone", "phone": "044 123 4567"}, "phone", {"again"}),
        ({"state": "phone"}, "phone_unknown", {"again"}),
    ],
)
async def test_every_state_is_told_and_only_what_works_is_offered(
    office: Office, booked: Body, values: Body, key: str, offered: set[str]
) -> None:
    await put(office, booked, **values)
    here = f"/appointments/{booked['token']}"
    for language in LANGUAGES:
        html = await text(office, f"{here}?lang={language}")
        assert say(language, f"visit.state_{key}", phone=values.get("phone", "")) in words(html)
        assert set(re.findall(rf'href="{here}/(move|cancel|again)\?', html)) == offered
        assert ("<i>suljettu" in words(html)) == ("reason" in values)
        assert "<i>" not in html
    for path in {"move", "cancel"} - offered:  # what is not offered does not open either
        assert (await office.ask("GET", f"{here}/{path}")).status == 303
    if "again" not in offered:
        await text(office, f"{here}/again", 404)


@pytest.mark.parametrize("state", ["confirmed", "displaced"])
async def test_one_click_from_a_mail_shows_one_time_with_one_button(office: Office, booked: Body, state: str) -> None:
    await put(office, booked, state=state)
    slot = (await office.free(topic="matkailu", place="lavia", **{"from": "2026-12-01T08:00:00Z"}))[0]
    here = f"/appointments/{booked['token']}"
    before = office.rows("SELECT * FROM appointments"), office.rows("SELECT * FROM reserved_cells")
    html = await text(office, f"{here}/move?slot={slot['id']}&lang=en")
    assert "Tuesday 1 December, 10:00–10:30" in words(html)  # with an interpreter it takes half as long again
    assert "Lavia library" in words(html)
    assert slots_in(html) == [slot["id"]]
    assert f"{here}/move?slot={slot['id']}&amp;lang=sv" in html
    assert before == (office.rows("SELECT * FROM appointments"), office.rows("SELECT * FROM reserved_cells"))
    answer = await post(office, f"{here}/move?lang=en", slot=slot["id"])
    after = words(await text(office, answer.headers["Location"]))
    assert "The time is changed." in after
    assert "Booked" in after
    assert office.rows("SELECT state, place, sequence FROM appointments") == [("confirmed", "lavia", 1)]


async def test_a_time_from_a_mail_that_is_no_longer_free_leads_to_others(office: Office, booked: Body) -> None:
    slots = await office.free(topic="matkailu", place="lavia", **{"from": "2026-12-01T08:00:00Z"})
    foreign = (await office.free(topic="tontit", **NINE))[0]
    await office.book(slots[0], name="Hirvi")
    here = f"/appointments/{booked['token']}"
    for gone in (slots[0]["id"], foreign["id"], "x", ""):
        html = await text(office, f"{here}/move?slot={gone}")
        assert "Joku ehti varata" in words(html)
        assert len(slots_in(html)) > 1
    office.clock.forward(days=30)
    assert (await office.ask("GET", f"{here}/move?slot={slots[0]['id']}")).status == 303


async def test_moving_by_choice_to_any_expert_or_the_same(office: Office, booked: Body) -> None:
    here = f"/appointments/{booked['token']}"
    mine = expert_of(office, booked["id"])
    day = "&day=2026-12-01"
    anyone = slots_in(await text(office, f"{here}/move?expert=any{day}"))
    same = slots_in(await text(office, f"{here}/move?expert=same{day}"))
    taken = await office.free(topic="matkailu", place="yrjonkatu-6", interpreter="true", **{
        "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z"})  # fmt: skip
    assert len(anyone) == len({slot["start"] for slot in taken})
    for slot in same:
        answer = await post(office, f"{here}/move", slot=slot)
        assert answer.headers["Location"].endswith("done=moved")
        assert expert_of(office, booked["id"]) == mine


async def test_who_wants_the_same_expert_is_offered_nobody_else_unless_that_one_cannot(office: Office) -> None:
    slot = (await office.free(topic="matkailu", place="home", **NINE))[0]
    booked = await office.book(slot, same_expert=True)
    here = f"/appointments/{booked['token']}"
    html = await text(office, f"{here}/move?expert=any")
    assert "Näytetään saman asiantuntijan ajat" in words(html)
    assert "expert=any" not in re.sub(r'<nav class="languages".*?</nav>', "", html, flags=re.DOTALL)
    await put(office, booked, state="displaced")
    html = await text(office, f"{here}/move")
    assert "expert=any" in html
    assert "Kuka tahansa vapaa asiantuntija" in words(html)


async def held(office: Office, booked: Body, number: int = 0) -> tuple[str, str]:
    """A time of the same expert that is kept: the slot, and the path of its confirmation."""
    again = f"/appointments/{booked['token']}/again"
    slot = slots_in(await text(office, f"{again}?day=2026-12-01"))[number]
    answer = await post(office, again, slot=slot)
    return slot, answer.headers["Location"].partition("?")[0]


async def test_another_time_with_the_same_expert_from_beginning_to_end(office: Office, booked: Body) -> None:
    slot, confirm = await held(office, booked)
    assert office.count("appointments") == 1
    html = await text(office, f"{confirm}?lang=en")
    for told in ("Tuesday 1 December, 9:00–9:30", "Karhu", "Russian", "a way without steps", "until 12:05"):
        assert told in words(html)
    assert 'data-seconds="300"' in html
    assert "karhu@example.fi" not in html
    answers = [await post(office, confirm, slot=slot) for _ in range(2)]  # pressed twice, booked once
    assert len({answer.headers["Location"] for answer in answers}) == 1
    done = words(await text(office, answers[0].headers["Location"]))
    assert "Aika on varattu." in done
    assert "Saat vahvistuksen sähköpostiisi." in done
    of = "SELECT expert_id, name, email, language, place, needs, interpreter FROM appointments"
    first, second = office.rows(f"{of} ORDER BY created_at, sequence")
    assert first == second
    assert office.rows("SELECT same_expert FROM appointments WHERE id <> :id", id=booked["id"]) == [(1,)]
    assert office.count("outbox", "calendar_method = 'REQUEST'") == 2
    assert office.count("holds") == 0


async def test_a_hold_is_extended_as_often_as_needed_and_given_back(office: Office, booked: Body) -> None:
    slot, confirm = await held(office, booked)
    for minutes in range(4, 48, 4):  # eleven times
        office.clock.forward(minutes=4)
        answer = await post(office, f"{confirm}/extend")
        assert answer.headers["Location"].startswith(confirm), minutes
        assert 'data-seconds="300"' in await text(office, confirm)
    answer = await post(office, f"{confirm}/release")
    assert slot in slots_in(await text(office, f"{answer.headers['Location']}&day=2026-12-01"))
    assert office.count("holds") == 0


async def test_an_ended_hold_leads_back_and_what_is_still_free_is_booked(office: Office, booked: Body) -> None:
    slot, confirm = await held(office, booked)
    office.clock.forward(minutes=5)
    for answer in (await office.ask("GET", confirm), await post(office, f"{confirm}/extend")):
        assert answer.status == 303
        assert "Aikaa ei enää pidetä sinulle" in words(await text(office, answer.headers["Location"]))
    answer = await post(office, confirm, slot=slot)
    assert answer.headers["Location"].endswith("done=booked")


async def test_a_time_that_went_meanwhile_or_when_one_is_elsewhere(office: Office, booked: Body) -> None:
    slot, confirm = await held(office, booked)
    office.clock.forward(minutes=5)
    await office.parts.jobs.run_due()
    when = {"from": "2026-12-01T07:00:00Z", "to": "2026-12-01T07:05:00Z"}
    there = await office.free(topic="matkailu", place="yrjonkatu-6", **when)
    await office.book(next(each for each in there if each["id"] == slot), name="Hirvi")
    again = f"/appointments/{booked['token']}/again"
    assert "Joku ehti varata" in words(await (await post(office, again, 409, slot=slot)).text())
    assert "Joku ehti varata" in words(await (await post(office, confirm, 409, slot=slot)).text())
    slot, confirm = await held(office, booked, 3)
    when = {"from": "2026-12-01T08:30:00Z", "to": "2026-12-01T09:00:00Z"}
    elsewhere = await office.free(topic="tontit", place="home", **when)
    await office.book(elsewhere[0], one_at_a_time=True)
    answer = await post(office, confirm, 409, slot=slot)
    assert "jo toinen tapaaminen" in words(await answer.text())
    assert office.count("appointments") == 3


async def test_what_cannot_be_booked_again(office: Office, booked: Body) -> None:
    slot, confirm = await held(office, booked)
    again = f"/appointments/{booked['token']}/again"
    other_topic = (await office.free(topic="tontit", place="yrjonkatu-6", **NINE))[0]["id"]
    there = await office.free(topic="matkailu", place="yrjonkatu-6", **NINE)
    colleague = next(each["id"] for each in there if each["start"] == booked["start"])
    for impossible in (other_topic, colleague, "x", "", slot + "x"):
        for path in (again, confirm):
            answer = await post(office, path, 422, slot=impossible)
            assert "ei voi enää varata" in words(await answer.text())
    mine = [each for each in there if each["id"] in slots_in(await text(office, f"{again}?day=2026-11-25"))]
    answer = await post(office, confirm, 422, slot=mine[-1]["id"])  # the hold is of another slot
    assert office.count("appointments") == 1
    office.clock.forward(days=30)
    assert (await post(office, again, 422, slot=slot)).status == 422
    await text(office, f"/appointments/{'x' * 43}/again", 404)


async def test_a_hold_of_somebody_else_opens_nothing(office: Office, booked: Body) -> None:
    other = await office.book((await office.free(topic="tontit", place="home", **NINE))[0], name="Hirvi")
    _, confirm = await held(office, booked)
    foreign = confirm.replace(booked["token"], other["token"])
    await text(office, foreign, 404)
    for nothing in ("x", "a" * 43):
        answer = await office.ask("GET", f"/appointments/{booked['token']}/again/{nothing}")
        assert (answer.status, "problem=over" in answer.headers["Location"]) == (303, True)
        assert (await post(office, f"/appointments/{booked['token']}/again/{nothing}/release")).status == 303


async def test_no_hold_lasts_longer_than_an_hour(office: Office, booked: Body) -> None:
    """However often it is extended: others wait for the time as well."""
    _, confirm = await held(office, booked)
    started = office.clock()
    while (await office.ask("GET", confirm)).status == 200:
        await post(office, f"{confirm}/extend")
        office.clock.forward(minutes=4)
    assert timedelta(minutes=60) <= office.clock() - started <= timedelta(minutes=64)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", ["Yrjönkatu 6, 28100 Pori", "Verohallinto : Verot", "Matkailu Porissa", "Ei tiedossa."]),
        ("sv", ["Räfsö bibliotek", "FPA : Förmåner", "Turism i Björneborg", "Vi vet inte."]),
        ("en", ["Lavia library", "Police : Passport", "Visiting Pori", "We do not know."]),
    ],
)
async def test_what_can_be_booked_where_and_who_books_their_own(office: Office, language: str, told: list[str]) -> None:
    answer = await office.ask("GET", f"/appointments?lang={language}")
    html = await answer.text()
    assert answer.status == 200
    for part in told:
        assert part in words(html)
    assert 'href="https://www.vero.fi"' in html
    assert f'href="/{language}"' in html
