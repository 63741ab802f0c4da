"""An expert's calendar over HTTP: what is saved, what is shown before it is, and whose it is to change."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from databases import rows
from sqlalchemy import Connection, insert, select
from staffed import Staff, staffed, words

from bot.appointments.mails import composer
from bot.appointments.offer import bookables
from services.accounts.rules import Role
from services.accounts.tables import accounts
from services.appointments.acts import Wish, book, load_calendar
from services.appointments.records import Booked, of_expert
from services.appointments.slots import Slot
from services.appointments.tables import absences, experts
from services.ids import new_id

PAGE = "/desk/calendar"
NOON = datetime(2026, 12, 1, 10, tzinfo=UTC)  # Tuesday, Helsinki's noon
SUPPLY: dict[str, Any] = {
    "topic": "pysakointi",
    "language": "fi",
    "place": "home",
    "unit": "pysakointi",
    "rows": "1",
    "days-0": "tue",
    "opens-0": "09:00",
    "closes-0": "15:00",
}


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as running:
        yield running


class Expert:
    """An expert of parking who is signed in, their calendar's page, and citizens who book from it."""

    def __init__(self, staff: Staff, account: str, token: str) -> None:
        self.staff = staff
        self.account = account
        self.token = token

    async def page(self, query: str = "", status: int = 200) -> str:
        answer = await self.staff.get(f"{PAGE}{query}", self.token)
        assert answer.status == status
        return await answer.text()

    async def save(self, form: dict[str, Any] | None = None, then: str = "", seen: Any = ()) -> ClientResponse:
        """The form as it was shown, with `form` typed into it."""
        mark = re.search(r'name="was" value="([^"]+)"', await self.page())
        assert mark is not None
        return await self.post("", {**SUPPLY, "was": mark[1], **(form or {}), "then": then, "seen": list(seen)})

    async def post(self, path: str, form: dict[str, Any], token: str | None = None) -> ClientResponse:
        return await self.staff.post(f"{PAGE}/{self.account}{path}", token or self.token, **form)

    async def free(self) -> list[Slot]:
        parts = self.staff.parts
        calendar = await parts.database.read(load_calendar, bookables(parts.known.base), self.staff.clock())
        return calendar.free("pysakointi")

    async def book(self, at: datetime = NOON, **other: Any) -> str:
        """The id of an appointment with the expert."""
        slot = next(each for each in await self.free() if each.start == at)
        wish = Wish(
            id=new_id(), slot=slot.id, topic=slot.topic, place="home", language="fi", name="Karhu",
            **{"email": "karhu@example.fi", **other},
        )  # fmt: skip
        parts = self.staff.parts
        topics = bookables(parts.known.base)
        tell = composer(parts.known.base, parts.settings)
        await parts.database.transaction(book, wish, topics, self.staff.clock(), parts.secret, tell)
        return wish.id

    async def booked(self) -> list[Booked]:
        mine = select(experts.c.id).where(experts.c.account_id == self.account)
        now = self.staff.clock()

        def look(tx: Connection) -> list[Booked]:
            return of_expert(tx, tx.scalar(mine) or "", now, now + timedelta(days=60))

        found: list[Booked] = await self.staff.parts.database.read(look)
        return found


@pytest.fixture
async def expert(staff: Staff) -> Expert:
    account = await staff.person("asiantuntija-1", Role.EXPERT, units=["pysakointi"])
    return Expert(staff, account, await staff.session(account))


async def test_a_new_expert_fills_in_the_calendar_and_can_be_booked(expert: Expert) -> None:
    assert "Uudet ajat" in await expert.page()
    assert await expert.free() == []
    assert (await expert.save()).status == 303
    starts = [slot.start for slot in await expert.free()]
    assert starts[0] == datetime(2026, 11, 24, 11, tzinfo=UTC)  # an hour after now
    assert NOON in starts
    await expert.book()
    told = words(await expert.page("?week=2026-12-02"))
    assert "tiistai 1.12. 12.00–12.20 Pysäköinti" in told
    assert "Vapaana 9.00–12.00" in told
    assert "Vapaana 12.30–15.00" in told
    assert "Karhu" not in told
    assert "Pyhä tai juhlapäivä" in words(await expert.page("?week=2026-12-21"))


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"language": []}, "Valitse ainakin yksi kieli"),
    ({"place": []}, "Valitse ainakin yksi paikka"),
    ({"topic": "matkailu"}, "Valitse aiheet omista yksiköistä"),
    ({"unit": "matkailu"}, "Valitse yksikkö"),
    ({"opens-0": "15:00"}, "Päättymisajan pitää olla"),
    ({"opens-0": "9.00"}, "viiden minuutin tarkkuudella"),
    ({"days-0": []}, "ainakin yksi viikonpäivä"),
    ({"daily_most": "0"}, "Kirjoita luku 1–50"),
    ({"daily_most": "51"}, "Kirjoita luku 1–50"),
    ({"from-0": "2026-12-09", "to-0": "2026-12-09"}, "Tarkista päivät"),
    ({"rows": "2", "days-1": "tue", "opens-1": "14:55", "closes-1": "16:00"}, "menevät päällekkäin"),
]


async def test_what_cannot_be_is_refused_and_stays_typed(expert: Expert) -> None:
    for typed, said in IMPOSSIBLE:
        answer = await expert.save(typed)
        html = await answer.text()
        assert (answer.status, said in words(html)) == (422, True), typed
        assert f'value="{typed.get("opens-0", "09:00")}"' in html
    assert await expert.free() == []


async def test_a_clinic_and_one_extra_day_are_saved(expert: Expert) -> None:
    clinic = {"days-1": "wed", "opens-1": "13:00", "closes-1": "14:30", "nth-1": "1", "places-1": "lavia"}
    extra = {"opens-2": "10:00", "closes-2": "11:00", "from-2": "2026-12-05", "to-2": "2026-12-05"}
    assert (await expert.save({"rows": "4", **clinic, **extra})).status == 303
    html = await expert.page("?week=2026-12-02")
    assert "Vapaana 13.00–14.30 (Lavia" in words(html)
    assert "lauantai 5.12. Vapaana 10.00–11.00" in words(html)
    assert "Vapaana 13.00" not in words(await expert.page("?week=2026-12-09"))
    at = {slot.place for slot in await expert.free() if slot.start == datetime(2026, 12, 2, 11, tzinfo=UTC)}
    assert at == {"lavia"}


async def test_a_row_is_added_and_another_removed(expert: Expert) -> None:
    html = await (await expert.save(then="more")).text()
    assert 'name="opens-2"' in html
    assert await expert.free() == []
    await expert.save()
    assert (await expert.save({"drop-0": "1"})).status == 303
    assert await expert.free() == []


async def test_nothing_is_saved_before_its_effects_were_seen(expert: Expert) -> None:
    await expert.save()
    booked = await expert.book()
    later = {"opens-0": "13:00"}
    shown = await expert.save(later)
    html = await shown.text()
    assert shown.status == 200
    assert "Muutos koskee yhtä tapaamista" in words(html)
    assert "ti 1.12. klo 12.00 Pysäköinti" in words(html)
    assert 'name="opens-0" type="time" step="300" value="13:00"' in html
    assert f'name="seen" value="{booked}"' in html
    assert NOON + timedelta(minutes=30) in [slot.start for slot in await expert.free()]
    second = await expert.book(NOON + timedelta(minutes=30), email="hauki@example.fi")
    again = await expert.save(later, "keep", [booked])
    assert "Muutos koskee 2 tapaamista" in words(await again.text())
    assert (await expert.save(later, "keep", [booked, second])).status == 303
    assert [each.state for each in await expert.booked()] == ["confirmed", "confirmed"]
    assert "kalenterin aikojen ulkopuolella" in words(await expert.page("?week=2026-12-01"))
    assert (await expert.save({**later, "daily_most": "2"})).status == 303  # what was outside before is no news
    assert NOON.date() not in {
        slot.start.date() for slot in await expert.free()
    }  # the two from before there was a limit


async def test_seen_does_not_count_where_it_is_not_chosen(expert: Expert) -> None:
    """Who goes on editing after the effects were shown and presses the form's own button sees them again."""
    await expert.save()
    booked = await expert.book()
    assert (await expert.save({"opens-0": "13:00"}, "", [booked])).status == 200


async def test_an_absence_shows_its_effects_blocks_times_and_is_taken_back(expert: Expert) -> None:
    await expert.save()
    booked = await expert.book()
    times = {"starts": "2026-12-01T11:00", "ends": "2026-12-01T13:00"}
    shown = await (await expert.post("/absences", times)).text()
    assert "poissaolon aikana" in words(shown)
    assert 'value="2026-12-01T11:00"' in shown
    saved = await expert.post("/absences", {**times, "then": "keep", "seen": booked})
    assert saved.status == 303
    starts = [slot.start.hour + 2 for slot in await expert.free() if slot.start.date() == NOON.date()]
    assert set(starts) == {9, 10, 13, 14}
    html = await expert.page("?week=2026-12-01")
    assert "Poissa ti 1.12. klo 11.00 – ti 1.12. klo 13.00" in words(html)
    found = re.search(r'action="([^"]+/absences/[^"]+/remove)"', html)
    assert found is not None
    for _ in range(2):
        assert (await expert.staff.post(found[1], expert.token)).status == 303
    assert any(slot.start.hour + 2 == 11 for slot in await expert.free() if slot.start.date() == NOON.date())
    noted = [row[0] for row in rows(expert.staff.served.database_url, "SELECT act FROM audit ORDER BY number")]
    assert noted[-3:] == ["calendar.supply", "calendar.away", "calendar.back"]


IMPOSSIBLE_ABSENCES = [
    ({"starts": "huomenna", "ends": "2026-12-01T13:00"}, "Kirjoita alkamispäivä"),
    ({"starts": "2026-12-01T13:00", "ends": "2026-12-01T13:00"}, "pitää päättyä alkamisen jälkeen"),
    ({"starts": "2026-11-23T09:00", "ends": "2026-12-01T13:00"}, "ei voi alkaa menneenä"),
    ({"starts": "2026-12-01T13:00", "ends": "2028-01-01T13:00"}, "enintään vuoden"),
]


async def test_an_impossible_absence_is_refused(expert: Expert) -> None:
    await expert.save()
    for typed, said in IMPOSSIBLE_ABSENCES:
        answer = await expert.post("/absences", typed)
        assert (answer.status, said in words(await answer.text())) == (422, True), typed


async def test_who_falls_ill_loses_no_appointment(expert: Expert) -> None:
    """One goes to the colleague, the other, whose citizen wants this expert, waits for a new time."""
    staff = expert.staff
    await expert.save()
    await expert.book()
    await expert.book(NOON + timedelta(minutes=30), email="hauki@example.fi", same_expert=True)
    other = await staff.person("asiantuntija-2", Role.EXPERT, units=["pysakointi"])
    colleague = Expert(staff, other, await staff.session(other))
    await colleague.save()
    answer = await expert.post("/ill", {"until": "2026-12-01"})
    told = words(await answer.text())
    assert "Siirtyivät kollegalle samaan aikaan ti 1.12. klo 12.00 Pysäköinti" in told
    assert re.search(r"Odottavat, että asiakas valitsee uuden ajan .* ti 1.12. klo 12.30 Pysäköinti", told)
    assert [each.state for each in await colleague.booked()] == ["confirmed"]
    assert [each.state for each in await expert.booked()] == ["displaced"]
    assert "sairaana" in words(await expert.page())
    late = await expert.post("/ill", {"until": "2026-11-20"})
    assert (late.status, "tänään tai myöhemmin" in words(await late.text())) == (422, True)


async def test_appointments_outside_new_hours_are_handed_over_where_that_is_wished(expert: Expert) -> None:
    await expert.save()
    booked = await expert.book()
    answer = await expert.save({"opens-0": "13:00"}, "hand", [booked])
    assert "Odottavat, että asiakas valitsee" in words(await answer.text())
    assert [each.state for each in await expert.booked()] == ["displaced"]


async def test_two_editors_do_not_undo_each_other(expert: Expert) -> None:
    await expert.save()
    answer = await expert.save({"was": "0" * 16, "daily_most": "3"})
    assert answer.status == 409
    assert "tallensi kalenterin samaan aikaan" in words(await answer.text())
    assert 'name="daily_most" inputmode="numeric" maxlength="4" autocomplete="off" value=""' in await answer.text()


async def test_a_lead_has_the_calendars_of_their_units_and_nobody_elses(expert: Expert) -> None:
    staff = expert.staff
    await staff.person("asiantuntija-muu", Role.EXPERT, units=["matkailu"])
    lead = await staff.signed_in("vastuuhenkilo", Role.EDITOR, units=["pysakointi"])
    told = await staff.page(PAGE, lead)
    assert "asiantuntija-1" in told
    assert "asiantuntija-muu" not in told
    await expert.save()
    key = rows(staff.served.database_url, "SELECT id FROM experts WHERE account_id IS NOT NULL")[0][0]
    assert "Kalenteri: asiantuntija-1" in await staff.page(f"{PAGE}/{key}", lead)
    times = {"starts": "2026-12-01T11:00", "ends": "2026-12-01T13:00"}
    assert (await expert.post("/absences", times, lead)).status == 303
    for login, role in (("toinen", Role.EXPERT), ("toinen-vastuu", Role.EDITOR)):
        stranger = await staff.signed_in(login, role, units=["matkailu"])
        assert (await staff.get(f"{PAGE}/{key}", stranger)).status == 403
        for path in ("", "/absences", "/ill"):
            form = {**SUPPLY, **times, "until": "2026-12-01"}
            assert (await expert.post(path, form, stranger)).status == 403, path
    agent = await staff.person("neuvoja-1", Role.AGENT, units=["pysakointi"])
    assert (await staff.get(f"{PAGE}/{agent}", lead)).status == 404


async def test_an_absence_of_a_feed_stays(expert: Expert) -> None:
    await expert.save()

    def put(tx: Connection) -> None:
        mine = tx.scalar(select(experts.c.id).join(accounts).where(accounts.c.id == expert.account))
        times = {"starts": NOON, "ends": NOON + timedelta(hours=1)}
        tx.execute(insert(absences).values(id="from-elsewhere", expert_id=mine, source="feed", **times))

    await expert.staff.parts.database.transaction(put)
    html = await expert.page()
    assert "omasta kalenterista" in html
    assert "/absences/from-elsewhere/remove" not in html
    assert (await expert.post("/absences/from-elsewhere/remove", {})).status == 404


async def test_the_page_speaks_the_other_languages(expert: Expert) -> None:
    for language, said in {"sv": "Det som kan bokas", "en": "What can be booked"}.items():
        assert said in words(await expert.page(f"?lang={language}"))
