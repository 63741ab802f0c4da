"""The desk over HTTP: whose appointments are on it, which day, what is said of each, and what is written of a look."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desks import appoint
from staffed import GOOD, Staff, staffed, words

from bot.desk.days import asked_day, busy_days, span
from services.accounts.rules import Role
from services.accounts.sessions import IDLE
from services.audit.acts import Entry, entries

LANGUAGES = ("fi", "sv", "en")
BY_ITSELF = {"X-Porina-Refresh": "1"}
NINE = datetime(2026, 11, 24, 7, tzinfo=UTC)  # Helsinki's nine o'clock on the day of the tests


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as running:
        yield running


@pytest.fixture
async def token(staff: Staff) -> str:
    return await staff.signed_in("asiantuntija-1", Role.EXPERT, units=["pysakointi"])


async def put(staff: Staff, start: datetime = NINE, **other: Any) -> str:
    return await staff.parts.database.transaction(appoint, start, **other)


async def html(staff: Staff, path: str, token: str, **given: Any) -> str:
    answer = await staff.get(path, token, **given)
    assert answer.status == 200, path
    return await answer.text()


async def looks(staff: Staff) -> list[Entry]:
    found = await staff.parts.database.read(entries)
    return [entry for entry in found if entry.act == "appointments.viewed"]


async def test_one_sees_what_is_of_ones_units_and_nothing_else(staff: Staff, token: str) -> None:
    await put(staff, name="Oma asiakas")
    await put(staff, unit="matkailu", topic="matkailu", name="Toisen asiakas", note="toisen asia")
    told = await staff.page("/desk", token)
    assert "9.00–9.20 Pysäköinti" in told
    assert "Oma asiakas" in told
    assert "Toisen" not in told
    assert "toisen asia" not in told
    assert "Matkailu" not in told
    both = await staff.signed_in("neuvoja-1", Role.AGENT, units=["pysakointi", "matkailu"])
    told = await staff.page("/desk", both)
    assert "Oma asiakas" in told
    assert "Toisen asiakas" in told


async def test_a_walk_in_has_no_name_and_a_language_is_named_in_the_readers(staff: Staff, token: str) -> None:
    await put(staff, name="", email=None, language="ru")
    assert "Asiakas Asiakas ilman varausta" in await staff.page("/desk", token)
    for language, name in (("fi", "venäjä"), ("sv", "ryska"), ("en", "Russian")):
        assert name in await staff.page(f"/desk?lang={language}", token)


async def test_who_has_no_unit_is_told_what_to_do(staff: Staff) -> None:
    await put(staff)
    for login, role in (("neuvoja-1", Role.AGENT), ("asiantuntija-1", Role.EXPERT)):
        nowhere = await staff.signed_in(login, role)
        assert "Pyydä pääkäyttäjää lisäämään yksikkösi" in await staff.page("/desk", nowhere, 403)
        assert 'href="/desk"' not in await html(staff, "/account", nowhere)
    admin = await staff.signed_in("paakayttaja", Role.ADMIN, units=["pysakointi"])
    assert "Tämä ei kuulu rooliisi" in await staff.page("/desk", admin, 403)
    assert await looks(staff) == []


async def test_what_is_said_of_an_appointment(staff: Staff, token: str) -> None:
    asked = "Kaksi riviä:\n<b>lupa</b> & sakko"
    contact = {"name": "Karhu <i>", "phone": "+358 44 (123) 4567", "email": "a?b&c@example.fi"}
    await put(staff, place="lavia", language="sv", interpreter="so", note=asked, **contact)
    page = await html(staff, "/desk", token)
    told = words(page)
    for part in ("9.00–9.20", "Pysäköinti", "Varattu", "Esittelyvaraus", "Paikka Lavia", "Palvelukieli ruotsi",
                 "Tulkki Tarvitaan: somali", "Vastaaja pysäköintineuvoja", "Asiakas Karhu <i>",
                 "Kaksi riviä: <b>lupa</b> & sakko"):  # fmt: skip
        assert part in told
    assert "<b>" not in page
    assert "<i>" not in page
    assert 'href="tel:+358441234567"' in page
    assert 'href="mailto:a%3Fb%26c@example.fi"' in page
    english = await staff.page("/desk?lang=en", token)
    assert "Interpreter Needed: Somali" in english
    assert "parking adviser" in english


async def test_what_was_not_given_is_not_named(staff: Staff, token: str) -> None:
    await put(staff, email=None, phone="044 123")
    told = await staff.page("/desk", token)
    for name in ("Tulkki", "Sähköposti", "Asiakkaan viesti"):
        assert name not in told
    await put(staff, NINE + timedelta(hours=1), interpreter="yes", topic="poistettu", place="poistettu")
    told = await staff.page("/desk", token)
    assert "Tarvitaan. Kieltä ei ole kerrottu." in told
    assert "poistettu" in told  # a topic that the content does not have any more


async def test_by_time_and_a_cancelled_one_is_crossed_out_and_names_nobody(staff: Staff, token: str) -> None:
    times = (NINE + timedelta(hours=5), NINE, NINE + timedelta(hours=2))
    for hour, state in zip(times, ("confirmed", "confirmed", "cancelled"), strict=True):
        await put(staff, hour, state=state, name=f"{state}-{hour.hour}", note=f"viesti-{hour.hour}")
    page = await html(staff, "/desk", token)
    assert re.findall(r"<h3 [^>]+>(<s>)?<time [^>]+>([^<]+)<", page) == [
        ("", "9.00–9.20"),
        ("<s>", "11.00–11.20"),
        ("", "14.00–14.20"),
    ]
    told = words(page)
    assert "Peruttu" in told
    assert "cancelled-9" not in told
    assert "viesti-9" not in told
    assert "confirmed-7" in told


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (timedelta(minutes=-30, seconds=-1), "Huone aukeaa klo 8.30."),
        (timedelta(minutes=-30), None),
        (timedelta(minutes=20 + 60, seconds=-1), None),
        (timedelta(minutes=20 + 60, seconds=1), "Tapaaminen on ohi ja huone suljettu."),
    ],
)
async def test_the_button_is_there_while_the_room_is_open(staff: Staff, after: timedelta, said: str | None) -> None:
    staff.clock.now = NINE + after
    token = await staff.signed_in("asiantuntija-1", Role.EXPERT, units=["pysakointi"])
    booked = await put(staff)
    cancelled = await put(staff, state="cancelled")
    page = await html(staff, "/desk?lang=fi", token)
    assert (f'href="/desk/meet/{booked}?lang=fi"' in page) == (said is None)
    assert ("Avaa tapaaminen" in page) == (said is None)
    assert said is None or said in words(page)
    assert f"/desk/meet/{cancelled}" not in page


async def test_the_days_one_after_another(staff: Staff, token: str) -> None:
    for days, state in ((1, "confirmed"), (1, "confirmed"), (1, "cancelled"), (2, "cancelled"), (6, "confirmed")):
        await put(staff, NINE + timedelta(days=days), state=state)
    await put(staff, NINE + timedelta(days=3), unit="matkailu")
    page = await html(staff, "/desk", token)
    told = words(page)
    assert "tiistai 24.11. · tänään" in told
    assert "Tänään ei ole varattu tapaamisia." in told
    assert "ke 25.11. (2 tapaamista) ma 30.11. (1 tapaaminen)" in told
    assert "26.11." not in told
    assert "27.11." not in told
    for name, day in (("previous", "2026-11-23"), ("next", "2026-11-25"), ("day-2026-11-30", "2026-11-30")):
        assert re.search(rf'id="{name}"[^>]* href="/desk\?day={day}"', page), name
    other = await html(staff, "/desk?day=2026-11-26&lang=en", token)
    assert "Thursday 26 November" in other
    assert 'href="/desk?day=2026-11-25&amp;lang=en"' in other
    assert 'id="today" href="/desk?lang=en"' in other
    assert "tiistai 1.6. 2027" in await staff.page("/desk?day=2027-06-01", token)


@pytest.mark.parametrize("odd", ["", "huomenna", "2026-13-01", "20261126", "2026-W48-1", "0001-01-01", "9999-12-31", "2026-11-2６", "2026-11-26 "])  # fmt: skip
async def test_a_day_that_is_none_is_today(staff: Staff, token: str, odd: str) -> None:
    answer = await staff.get("/desk", token, params={"day": odd})
    assert (answer.status, "tänään" in await answer.text()) == (200, True)


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        (date(2026, 11, 24), "2026-11-23T22:00", "2026-11-24T22:00"),
        (date(2026, 7, 1), "2026-06-30T21:00", "2026-07-01T21:00"),
        (date(2026, 10, 24), "2026-10-23T21:00", "2026-10-24T21:00"),
        (date(2026, 10, 25), "2026-10-24T21:00", "2026-10-25T22:00"),  # 25 hours
        (date(2026, 10, 26), "2026-10-25T22:00", "2026-10-26T22:00"),
        (date(2027, 3, 28), "2027-03-27T22:00", "2027-03-28T21:00"),  # 23 hours
        (date(2027, 3, 29), "2027-03-28T21:00", "2027-03-29T21:00"),
        (date(2028, 2, 29), "2028-02-28T22:00", "2028-02-29T22:00"),
        (date(2026, 12, 31), "2026-12-30T22:00", "2026-12-31T22:00"),
    ],
)
def test_a_day_is_as_long_as_helsinkis(day: date, begins: str, ends: str) -> None:
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in span(day)] == [begins, ends]
    assert all(moment.tzinfo is UTC for moment in span(day))
    assert asked_day(day.isoformat(), date(2020, 1, 1)) == day


def test_busy_days_are_local_ones() -> None:
    late, early = datetime(2026, 10, 25, 21, 59, tzinfo=UTC), datetime(2026, 10, 25, 22, tzinfo=UTC)
    assert busy_days([late, early, early], 5) == [(date(2026, 10, 25), 1), (date(2026, 10, 26), 2)]
    assert busy_days([late, early], 1) == [(date(2026, 10, 25), 1)]


@pytest.mark.parametrize(
    ("day", "first", "last", "shown"),
    [  # the first and the last quarter of an hour of the day, as clocks show them
        (
            "2026-10-25",
            datetime(2026, 10, 24, 21, tzinfo=UTC),
            datetime(2026, 10, 25, 21, 40, tzinfo=UTC),
            "23.40–0.00",
        ),
        ("2027-03-28", datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 20, 40, tzinfo=UTC), "23.40–0.00"),
    ],
)
async def test_on_both_nights_that_change_the_clock(
    staff: Staff, token: str, day: str, first: datetime, last: datetime, shown: str
) -> None:
    await put(staff, first, name="ensimmäinen")
    await put(staff, last, name="viimeinen")
    await put(staff, first - timedelta(minutes=20), name="edellisen päivän")
    await put(staff, last + timedelta(minutes=20), name="seuraavan päivän")
    told = await staff.page(f"/desk?day={day}", token)
    assert "0.00–0.20" in told
    assert shown in told
    assert "ensimmäinen" in told
    assert "viimeinen" in told
    assert "edellisen" not in told
    assert "seuraavan päivän" not in told


async def test_each_look_at_a_day_is_written_once_and_names_nobody(staff: Staff, token: str) -> None:
    await put(staff)
    account = (await staff.actor(token)).account
    await staff.page("/desk", token)
    [entry] = await looks(staff)
    assert (entry.by, entry.subject, entry.data, entry.at) == (account, "2026-11-24", {}, staff.clock())
    await staff.page("/desk?day=2026-11-25", token)
    await staff.page("/desk?day=2026-11-25", token)
    assert [entry.subject for entry in await looks(staff)] == ["2026-11-25", "2026-11-25", "2026-11-24"]
    admin = await staff.signed_in("paakayttaja", Role.ADMIN)
    assert "Katsoi päivän tapaamisia: 2026-11-25" in await staff.page("/admin/audit", admin)


async def test_an_open_page_that_asks_by_itself_is_written_hourly(staff: Staff, token: str) -> None:
    await html(staff, "/desk", token, headers=BY_ITSELF)  # it cannot be used to look unseen
    assert len(await looks(staff)) == 1
    for _ in range(59):
        staff.clock.forward(minutes=1)
        await html(staff, "/desk", token, headers=BY_ITSELF)
    assert len(await looks(staff)) == 1
    await html(staff, "/desk?day=2026-11-25", token, headers=BY_ITSELF)
    assert [entry.subject for entry in await looks(staff)] == ["2026-11-25", "2026-11-24"]
    staff.clock.forward(minutes=1)
    await html(staff, "/desk", token, headers=BY_ITSELF)
    assert [entry.subject for entry in await looks(staff)] == ["2026-11-24", "2026-11-25", "2026-11-24"]


@pytest.mark.parametrize(("headers", "status"), [({}, 200), (BY_ITSELF, 303)])
async def test_asking_by_itself_keeps_no_session_alive(
    staff: Staff, token: str, headers: dict[str, str], status: int
) -> None:
    """With a control: who asks themselves stays signed in."""
    staff.clock.forward(seconds=IDLE.total_seconds() - 60)
    await html(staff, "/desk", token, headers=headers)
    staff.clock.forward(minutes=2)
    assert (await staff.get("/desk", token)).status == status


async def test_work_begins_at_the_desk_for_who_meets_citizens(staff: Staff) -> None:
    for login, role, units, first in (
        ("asiantuntija-1", Role.EXPERT, ["pysakointi"], "/desk"),
        ("neuvoja-1", Role.AGENT, ["pysakointi"], "/desk"),
        ("neuvoja-2", Role.AGENT, [], "/account"),
        ("paakayttaja", Role.ADMIN, [], "/account"),
        ("tuottaja-1", Role.EDITOR, ["pysakointi"], "/account"),
    ):
        _, link = await staff.add(login, role, units=units)
        answer = await staff.post(f"/set-up/{link}", password=GOOD)
        assert answer.headers["Location"] == "/account", login  # where one's title is given first
        assert (await staff.sign_in(login)).headers["Location"] == first
        assert (await staff.sign_in(login, next="//evil.example")).headers["Location"] == first
        assert (await staff.sign_in(login, next="/units")).headers["Location"] == "/units"
        token = (await staff.sign_in(login)).cookies["__Host-porina"].value
        assert (await staff.get("/sign-in", token)).headers["Location"] == first
        assert ('<a href="/desk"' in await html(staff, "/account", token)) == (first == "/desk")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_desk_speaks_each_language_and_keeps_it(staff: Staff, token: str, language: str) -> None:
    await put(staff, staff.clock())
    page = await html(staff, f"/desk?lang={language}", token)
    assert f'<html lang="{language}">' in page
    links = [
        link for link in re.findall(r'(?:href|action)="(/[^"]*)"', page) if not re.match(r"/(static|fi|sv|en)\b", link)
    ]
    assert [link for link in links if "lang=" not in link] == []
    assert {"fi": "Avaa tapaaminen", "sv": "Öppna mötet", "en": "Open the appointment"}[language] in words(page)
