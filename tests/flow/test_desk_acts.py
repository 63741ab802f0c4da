"""What staff do to an appointment at the desk, over HTTP: by forms, for their own units, told to the citizen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desks import appoint
from staffed import Staff, staffed, words

from services.accounts.rules import Role
from services.appointments.records import Booked, by_id
from services.audit.acts import entries

NINE = datetime(2026, 11, 24, 7, tzinfo=UTC)  # Helsinki's nine o'clock on the day of the tests
UNIT = "pysakointi"


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as running:
        running.clock.now = NINE + timedelta(minutes=5)
        yield running


@pytest.fixture
async def token(staff: Staff) -> str:
    return await staff.signed_in("neuvoja-1", Role.AGENT, units=[UNIT])


async def put(staff: Staff, start: datetime = NINE, **other: Any) -> str:
    return await staff.parts.database.transaction(appoint, start, secret=staff.parts.secret, **other)


async def stands(staff: Staff, appointment: str) -> Booked:
    return await staff.parts.database.read(by_id, appointment)


async def do(staff: Staff, token: str, appointment: str, act: str, expect: int = 303, **form: str) -> str:
    """The words of the page where it was refused; where it leads otherwise."""
    answer = await staff.post(f"/desk/appointments/{appointment}/{act}", token, **form)
    assert answer.status == expect
    return str(answer.headers["Location"]) if expect == 303 else words(await answer.text())


async def mails(staff: Staff) -> list[str]:
    await staff.parts.jobs.run_due()
    folder = staff.parts.data / "mail"
    return [path.name for path in folder.iterdir()] if folder.exists() else []


async def test_a_day_at_the_desk(staff: Staff, token: str) -> None:
    appointment = await put(staff, phone="044 123 4567")
    assert "Asiakas on paikalla" in await staff.page("/desk", token)
    where = await do(staff, token, appointment, "here")
    assert where == f"/desk?day=2026-11-24#at-{appointment}"
    page = await staff.page("/desk", token)
    assert "Asiakas on paikalla" in page
    assert f"/desk/appointments/{appointment}/here" not in page
    await do(staff, token, appointment, "begin")
    assert "Tapaaminen on käynnissä" in await staff.page("/desk", token)
    await do(staff, token, appointment, "done")
    assert "Pidetty" in await staff.page("/desk", token)
    await do(staff, token, appointment, "no-show", who="guest")
    assert "Ei toteutunut Asiakas ei tullut. Me tulimme." in await staff.page("/desk", token)
    await do(staff, token, appointment, "done")
    now = await stands(staff, appointment)
    assert (now.state, now.sequence) == ("done", 0)
    assert await mails(staff) == []
    noted = [entry.act for entry in await staff.parts.database.read(entries) if entry.subject == appointment]
    assert noted == [f"appointment.{act}" for act in ("done", "no_show", "done", "in_progress", "checked_in")]


async def test_the_three_ways_not_to_come(staff: Staff, token: str) -> None:
    for who, came in {"guest": (False, True), "host": (True, False), "both": (False, False)}.items():
        appointment = await put(staff)
        await do(staff, token, appointment, "no-show", who=who)
        now = await stands(staff, appointment)
        assert (now.state, now.guest_came, now.host_came) == ("no_show", *came)
    appointment = await put(staff)
    assert "Valitse, kuka puuttui." in await do(staff, token, appointment, "no-show", 422, who="toinen")
    later = await put(staff, NINE + timedelta(hours=2))
    assert "ei ole vielä alkanut" in await do(staff, token, later, "no-show", 422, who="guest")
    assert "Asiakas ei tullut" not in await staff.page(f"/desk/appointments/{later}", token)


async def test_a_call_instead(staff: Staff, token: str) -> None:
    unreachable = await put(staff)
    assert "puhelinnumeroa ei ole" in await do(staff, token, unreachable, "phone", 422)
    assert "puhelinnumeroa ei ole" in await staff.page(f"/desk/appointments/{unreachable}", token)
    appointment = await put(staff, phone="044 123 4567")
    await do(staff, token, appointment, "phone")
    assert (await stands(staff, appointment)).state == "phone"
    page = await staff.page("/desk", token)
    assert "Hoidetaan puhelimella" in page
    assert "044 123 4567" in page
    assert len(await mails(staff)) == 1


async def test_cancelling_with_a_reason(staff: Staff, token: str) -> None:
    appointment = await put(staff)
    assert "Kirjoita syy." in await do(staff, token, appointment, "cancel", 422, reason=" ")
    long = "a" * 201
    answer = await staff.post(f"/desk/appointments/{appointment}/cancel", token, reason=long)
    assert f'value="{long}"' in await answer.text()  # what was typed is kept
    await do(staff, token, appointment, "cancel", reason="Sairastuminen")
    now = await stands(staff, appointment)
    assert (now.state, now.cancelled_by, now.reason) == ("cancelled", "staff", "Sairastuminen")
    assert len(await mails(staff)) == 1
    assert "muuttui juuri" in await do(staff, token, appointment, "done", 409)
    expert = await staff.signed_in("asiantuntija-1", Role.EXPERT, units=[UNIT])
    other = await put(staff)
    await do(staff, expert, other, "cancel", reason="Sairastuminen")
    assert (await stands(staff, other)).cancelled_by == "expert"


async def test_the_interpreter(staff: Staff, token: str) -> None:
    appointment = await put(staff, interpreter="ru", interpreter_state="wanted", needs=["papers", "hearing_loop"])
    page = await staff.page("/desk", token)
    assert "Tarvitaan: venäjä tilaamatta" in page
    assert "Tarpeet Papereiden näyttäminen kameralla Induktiosilmukka" in page
    assert "Yksikkö tilaa tulkin." in await staff.page(f"/desk/appointments/{appointment}", token)
    await do(staff, token, appointment, "interpreter", state="ordered")
    assert "venäjä tilattu" in await staff.page("/desk", token)
    assert "Valitse tulkin tilanne." in await do(staff, token, appointment, "interpreter", 422, state="ehkä")
    without = await put(staff)
    assert "ei ole pyydetty tulkkia" in await do(staff, token, without, "interpreter", 422, state="ordered")


async def test_who_needs_a_new_time_stands_on_top_with_a_way_to_reach_them(staff: Staff, token: str) -> None:
    displaced = await put(staff, NINE - timedelta(days=3), state="displaced", name="Odottaja", phone="044 123 4567")
    await put(staff, state="displaced", unit="matkailu", name="Toisen asiakas")
    await put(staff, name="Tämän päivän")
    for path in ("/desk", "/desk?day=2026-12-01"):
        answer = await staff.get(path, token)
        page = await answer.text()
        told = words(page)
        assert "Tarvitsee uuden ajan (1)" in told
        assert "la 21.11. 9.00–9.20 Pysäköinti" in told
        assert 'href="tel:0441234567"' in page
        assert "Toisen" not in told
    assert told.index("Odottaja") < (await staff.page("/desk", token)).index("Tämän päivän")
    await do(staff, token, displaced, "phone")
    assert "Odottaja" not in await staff.page("/desk", token)


async def test_a_past_one_that_nobody_marked_asks_what_happened(staff: Staff, token: str) -> None:
    await put(staff, NINE - timedelta(hours=3))
    assert "Merkitse, miten kävi" in await staff.page("/desk", token)


async def test_only_for_ones_own_units(staff: Staff, token: str) -> None:
    other = await put(staff, unit="matkailu", phone="044 123 4567", interpreter="ru")
    for act, form in {
        "here": {}, "begin": {}, "done": {}, "no-show": {"who": "guest"}, "phone": {}, "cancel": {"reason": "x"},
        "interpreter": {"state": "ordered"},
    }.items():  # fmt: skip
        await do(staff, token, other, act, 403, **form)
    assert (await staff.get(f"/desk/appointments/{other}", token)).status == 403
    now = await stands(staff, other)
    assert (now.state, now.sequence, now.interpreter_state) == ("confirmed", 0, None)
    assert [entry for entry in await staff.parts.database.read(entries) if entry.subject == other] == []
    assert (await staff.get("/desk/appointments/ei-ole", token)).status == 404


async def test_a_look_at_one_is_written(staff: Staff, token: str) -> None:
    appointment = await put(staff)
    await staff.page(f"/desk/appointments/{appointment}", token)
    [entry] = [entry for entry in await staff.parts.database.read(entries) if entry.subject == appointment]
    assert entry.act == "appointment.viewed"
    admin = await staff.signed_in("paakayttaja", Role.ADMIN)
    assert "Katsoi tapaamista" in await staff.page("/admin/audit", admin)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_the_page_speaks_each_language_and_keeps_it(staff: Staff, token: str, language: str) -> None:
    appointment = await put(staff, phone="044 123 4567", interpreter="ru", interpreter_state="wanted")
    answer = await staff.get(f"/desk/appointments/{appointment}?lang={language}", token)
    page = await answer.text()
    assert f'<html lang="{language}">' in page
    links = re.findall(r'(?:href|action)="(/(?!static|fi\b|sv\b|en\b)[^"]*)"', page)
    assert [link for link in links if "lang=" not in link] == []
    assert len([link for link in links if "/desk/appointments/" in link]) >= 7
