"""A citizen's own page, as a browser without scripts sees it: read, move, cancel, the calendar file, the room's page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from bookings import Office, appointment_office
from icalendar import Calendar

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with appointment_office(tmp_path) as running:
        yield running


@pytest.fixture
async def booked(office: Office) -> dict[str, Any]:
    slots = await office.free(topic="matkailu", place="yrjonkatu-6", **{"from": "2026-11-25T00:00:00Z"})
    return dict(await office.book(slots[0], name="Karhu <b>& pentu</b>"))


async def text(office: Office, path: str, status: int = 200) -> str:
    answer = await office.ask("GET", path)
    assert answer.status == status, await answer.text()
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    return await answer.text()


async def post(office: Office, path: str, status: int = 303, **form: str) -> Any:
    answer = await office.ask("POST", path, data=form, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == status, await answer.text()
    return answer


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", ["Etätapaaminen", "25.11. klo 9.00–9.20", "Matkailu Porissa", "Porina, Yrjönkatu 6", "suomi"]),
        ("sv", ["Distansmöte", "onsdag 25.11 kl. 9.00–9.20", "Turism i Björneborg", "Yrjönkatu 6, 28100 Pori"]),
        ("en", ["Remote appointment", "Wednesday 25 November, 9:00–9:20", "Visiting Pori", "Finnish"]),
    ],
)
async def test_the_page_shows_when_where_and_how(
    office: Office, booked: dict[str, Any], language: str, expected: list[str]
) -> None:
    html = await text(office, f"/appointments/{booked['token']}?lang={language}")
    assert f'<html lang="{language}">' in html
    for part in [*expected, "Karhu <b>& pentu</b>", "demo"]:
        assert part in words(html)
    assert "<b>&" not in html  # what a citizen wrote stays text


@pytest.mark.parametrize(
    ("language", "later", "now"),
    [
        ("fi", "Odotushuone aukeaa klo 8.45.", "Odotushuone on auki. Voit liittyä nyt."),
        ("sv", "Väntrummet öppnar kl. 8.45.", "Väntrummet är öppet. Du kan ansluta nu."),
        ("en", "The waiting room opens at 8:45.", "The waiting room is open. You can join now."),
    ],
)
async def test_the_page_leads_to_the_room_and_lets_try_ones_devices(
    office: Office, booked: dict[str, Any], language: str, later: str, now: str
) -> None:
    slots = await office.free(topic="matkailu", place="home", **{"from": "2026-11-25T00:00:00Z"})
    at_home = await office.book(slots[0])
    page = f"/appointments/{at_home['token']}?lang={language}"
    html = await text(office, page)
    assert later in words(html)
    assert f'href="/meet/{at_home["token"]}?lang={language}"' in html
    assert f'href="/meet/{at_home["token"]}?lang={language}&amp;check=1"' in html
    assert "check=1" not in await text(office, f"/appointments/{booked['token']}")  # a place has devices of its own
    office.clock.now = datetime.fromisoformat(at_home["start"]) - timedelta(minutes=15)
    assert now in words(await text(office, page))
    await office.change(at_home, "cancel")
    html = await text(office, page)
    assert "/meet/" not in html
    assert now not in words(html)


async def test_the_page_speaks_the_appointments_language(office: Office) -> None:
    slot = (await office.free(topic="matkailu"))[0]
    booked = await office.book(slot, language="sv")
    assert '<html lang="sv">' in await text(office, f"/appointments/{booked['token']}")


async def test_moving_step_by_step(office: Office, booked: dict[str, Any]) -> None:
    here = f"/appointments/{booked['token']}"
    days = await text(office, f"{here}/move?lang=en")
    assert "Wed 25 Nov" in words(days)
    link = unescape(re.findall(r'href="([^"]+&amp;day=2026-12-01)#times"', days)[0])
    times = await text(office, link)
    buttons = re.findall(r'name="slot" value="([^"]+)"\s+aria-label="([^"]+)">([^<]+)<', times)
    slot, label, time = buttons[2]
    assert label == f"Change to Tuesday 1 December at {time}"
    assert len({value for value, _, _ in buttons}) == len({time for _, _, time in buttons}) == len(buttons)

    answer = await post(office, f"{here}/move?lang=en", slot=slot)
    after = words(await text(office, answer.headers["Location"]))
    assert "The time is changed." in after
    assert f"Tuesday 1 December, {time}" in after

    again = await post(office, f"{here}/move?lang=en", slot=slot)
    assert "Tuesday 1 December" in words(await text(office, again.headers["Location"]))
    assert office.rows("SELECT sequence FROM appointments") == [(1,)]


async def test_a_time_that_went_meanwhile_is_told_with_others_to_choose(office: Office, booked: dict[str, Any]) -> None:
    there = (await office.free(topic="matkailu", place="yrjonkatu-6"))[20]
    await office.book(there)
    here = f"/appointments/{booked['token']}"
    answer = await post(office, f"{here}/move", 409, slot=there["id"])
    html = await answer.text()
    assert "Joku ehti varata" in words(html)
    assert 'name="slot"' in html
    for impossible in ("", "x", there["id"] + "x"):
        answer = await post(office, f"{here}/move", 422, slot=impossible)
        assert "ei voi enää varata" in words(await answer.text())
    assert office.rows("SELECT sequence FROM appointments WHERE id = :id", id=booked["id"]) == [(0,)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_cancelling_asks_first_and_then_shows_that_it_is_done(
    office: Office, booked: dict[str, Any], language: str
) -> None:
    here = f"/appointments/{booked['token']}"
    asked = await text(office, f"{here}/cancel?lang={language}")
    assert f'action="{here}/cancel?lang={language}"' in asked
    assert office.count("appointments", "state = 'confirmed'") == 1
    answer = await post(office, f"{here}/cancel?lang={language}")
    done = await text(office, answer.headers["Location"])
    assert 'role="status"' in done
    assert "/move" not in done
    assert office.count("reserved_cells") == 0
    for gone in ("move", "cancel"):  # nothing is left to change
        answer = await office.ask("GET", f"{here}/{gone}")
        assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, here)
    await post(office, f"{here}/move", slot="x")
    await post(office, f"{here}/cancel")
    assert office.count("outbox", "calendar_method = 'CANCEL'") == 1


async def test_what_is_over_is_shown_and_cannot_be_changed(office: Office, booked: dict[str, Any]) -> None:
    office.clock.forward(days=2)
    here = f"/appointments/{booked['token']}"
    html = await text(office, here)
    assert "aika on ohi" in words(html)
    assert "/cancel" not in html
    await post(office, f"{here}/cancel")
    assert office.count("appointments", "state = 'confirmed'") == 1


async def test_the_calendar_file(office: Office, booked: dict[str, Any]) -> None:
    answer = await office.ask("GET", f"/appointments/{booked['token']}/calendar.ics")
    assert answer.content_type == "text/calendar"
    assert "attachment" in answer.headers["Content-Disposition"]
    calendar = Calendar.from_ical(await answer.read())
    [event] = calendar.walk("VEVENT")
    assert (calendar["method"], event["summary"]) == ("PUBLISH", "Etätapaaminen / asiakaspalvelu")
    assert f"{event['dtstart'].dt:%Y-%m-%dT%H:%M:%SZ}" == booked["start"]
    await office.change(booked, "cancel")
    answer = await office.ask("GET", f"/appointments/{booked['token']}/calendar.ics")
    assert Calendar.from_ical(await answer.read())["method"] == "CANCEL"


@pytest.mark.parametrize("path", ["", "/move", "/cancel", "/calendar.ics"])
async def test_a_page_of_nothing_says_so(office: Office, path: str) -> None:
    html = await text(office, f"/appointments/{'x' * 43}{path}?lang=sv", 404)
    assert "Bokningen hittas inte" in words(html)
    assert (await office.ask("GET", f"/meet/{'x' * 43}")).status == 404
    answer = await office.ask("GET", f"/meet/{'x' * 43}", headers={"Accept-Language": "de, sv;q=0.7"})
    assert answer.headers["Content-Language"] == "sv"


async def test_forms_that_are_none(office: Office, booked: dict[str, Any]) -> None:
    move = f"/appointments/{booked['token']}/move"
    assert (await office.ask("POST", move, json={"slot": "x"})).status == 415
    for body in (b"slot=%ff", b"\xff", b"&&&=", b"slot=a&slot=b", b""):
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense"}
        assert (await office.ask("POST", move, data=body, headers=headers)).status in {400, 422}


async def test_pages_of_others_cannot_post(office: Office, booked: dict[str, Any]) -> None:
    headers = {"Origin": "https://elsewhere.example", "Content-Type": "application/x-www-form-urlencoded"}
    answer = await office.ask("POST", f"/appointments/{booked['token']}/cancel", data={}, headers=headers)
    assert answer.status == 403
    assert office.count("appointments", "state = 'confirmed'") == 1
