"""Calendars from elsewhere over HTTP: what is busy there cannot be booked here; and the feed of one's own."""

from __future__ import annotations

import re
import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import icalendar
import pytest
from databases import everything, rows
from desks import appoint
from outside import HOST, INSIDE, Outside, outside
from sqlalchemy import update
from staffed import Staff, staffed
from supplied import add_expert, topic

from bot.feeds.reading import Feeds
from bot.jobs import RECURRING, job_runner
from services.accounts.acts import disable
from services.accounts.rules import Role
from services.appointments.calendars import load_calendar
from services.appointments.feeds import fail_feed, feed_of, keep_feed, set_feed
from services.appointments.records import by_id
from services.appointments.tables import appointments, experts
from services.audit.acts import entries
from services.jobs.recurring import plan

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the second parser is old; what it warns of is its own
    import ics

URL = f"https://{HOST}/secret-of-the-calendar/calendar.ics"
PATH = "/secret-of-the-calendar/calendar.ics"
FEED, ADDRESS = "/desk/calendar/feed", "/desk/calendar/address"
SEVEN = datetime(2026, 11, 25, 7, tzinfo=UTC)  # nine in Helsinki, the day after the tests' day
NINE, ONE = SEVEN + timedelta(hours=2), SEVEN + timedelta(hours=6)


def calendar(*spans: tuple[datetime, datetime]) -> bytes:
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
    events = [
        f"BEGIN:VEVENT\r\nUID:{start:%H%M}\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Hammaslääkäri\r\n"
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDTEND:{end:%Y%m%dT%H%M%SZ}\r\nEND:VEVENT\r\n"
        for start, end in spans
    ]
    return f"{head}{''.join(events)}END:VCALENDAR\r\n".encode()


class Desk:
    """An expert at work, and the calendar that they have elsewhere."""

    def __init__(self, staff: Staff, there: Outside, account: str, token: str) -> None:
        self.staff = staff
        self.parts = staff.parts
        self.there = there
        self.account = account
        self.token = token
        self.act = staff.parts.database.transaction

    async def save(self, url: str = URL, path: str = FEED, token: str | None = None) -> Any:
        return await self.staff.post(path, token or self.token, feed=url)

    async def free(self) -> set[datetime]:
        """When the expert can be booked the day after."""
        start, topics = SEVEN - timedelta(hours=7), [topic()]
        found = await self.parts.database.read(
            load_calendar, topics, self.staff.clock(), start, start + timedelta(days=1)
        )
        return {slot.start for slot in found.times("tuki", "home", "fi") if slot.start.date() == SEVEN.date()}

    async def quarter(self) -> None:
        """The next quarter of an hour, and what is due in it."""
        await self.act(plan, RECURRING, self.staff.clock())
        self.staff.clock.forward(minutes=15)
        await self.parts.jobs.run_due()
        self.staff.clock.forward(minutes=10)
        await self.parts.jobs.run_due()

    async def address(self, path: str = ADDRESS) -> str:
        """A new secret address, as its path."""
        answer = await self.staff.post(path, self.token)
        assert answer.status == 200
        (url,) = re.findall(r'id="address">([^<]+)<', await answer.text())
        return unescape(url).removeprefix(self.parts.settings.public_url)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with outside() as there, staffed(tmp_path) as staff:
        account = await staff.person("asiantuntija-1", Role.EXPERT, units=["pysakointi"])
        await staff.parts.database.transaction(add_expert, "e1", unit="pysakointi", account_id=account)
        parts = staff.parts
        parts.feeds = Feeds(parts.database, staff.clock, there.fetcher())
        given = (parts.settings, parts.data, parts.database, staff.clock, parts.secret, lambda: parts.known.base)
        parts.jobs = job_runner(*given, parts.feeds)
        yield Desk(staff, there, account, await staff.session(account))


async def test_what_is_busy_elsewhere_is_not_booked_and_comes_back(desk: Desk) -> None:
    before = await desk.free()
    assert {SEVEN, NINE} <= before
    desk.there.put(PATH, calendar((SEVEN, NINE)))
    answer = await desk.save()
    assert (answer.status, answer.headers["Location"]) == (303, f"{FEED}?done=saved")
    busy = await desk.free()
    assert min(busy) == NINE
    assert busy < before
    told = await desk.staff.page(f"{FEED}?done=saved", desk.token)
    assert "Kalenteri on luettu" in told
    assert f"Kalenteri on palvelussa {HOST}" in told
    assert "Luettu viimeksi ti 24.11. klo 12.00" in told

    desk.there.put(PATH, calendar((NINE, ONE)))
    await desk.quarter()
    assert max(await desk.free()) == NINE - timedelta(minutes=40)
    desk.there.put(PATH, calendar())
    await desk.quarter()
    assert await desk.free() == before


async def test_what_was_known_stays_when_a_reading_fails(desk: Desk) -> None:
    desk.there.put(PATH, calendar((SEVEN, NINE)))
    await desk.save()
    busy = await desk.free()
    for body, status, words in (
        (b"", 404, "ei avaa tätä osoitetta"),
        (b"<html>", 200, "Osoitteessa ei ole kalenteria"),
        (calendar((SEVEN, NINE)).replace(b"DTSTART:", b"DTSTART;TZID=Mars/Olympus:").replace(b"00Z\r\nDTEND", b"00\r\nDTEND"),
         200, "tuntematon aikavyöhyke Mars/Olympus"),
        (bytes(10 * 1024 * 1024), 200, "suurempi kuin 2 megatavua"),
    ):  # fmt: skip
        desk.there.put(PATH, body, status)
        await desk.quarter()
        told = await desk.staff.page(FEED, desk.token)
        assert words in told
        assert "Aiemmin luetut varatut ajat ovat edelleen voimassa" in told
        assert await desk.free() == busy
    english = await desk.staff.page(f"{FEED}?lang=en", desk.token)
    assert "larger than 2 megabytes" in english
    assert rows(desk.staff.served.database_url, "SELECT 1 FROM jobs WHERE failed_at IS NOT NULL") == []
    desk.there.put(PATH, calendar())
    await desk.quarter()
    assert "Aiemmin luetut" not in await desk.staff.page(FEED, desk.token)
    assert busy < await desk.free()


async def test_what_is_wrong_is_seen_at_once(desk: Desk) -> None:
    desk.there.put(PATH, b"<html>")
    assert (await desk.save()).status == 303
    told = await desk.staff.page(f"{FEED}?done=saved", desk.token)
    assert "Osoitteessa ei ole kalenteria" in told
    assert "Kalenteri on luettu" not in told


async def test_an_address_that_cannot_be_is_kept_in_the_field(desk: Desk) -> None:
    answer = await desk.save("http://calendar.example/a?b=1&c=2")
    html = await answer.text()
    assert answer.status == 422
    assert 'value="http://calendar.example/a?b=1&amp;c=2"' in html
    assert "Anna osoite, joka alkaa https://" in html
    assert (await desk.parts.database.read(feed_of, "e1")).url is None
    assert desk.there.asked == []


async def test_an_address_inside_is_told(desk: Desk) -> None:
    desk.parts.feeds._fetcher = desk.there.fetcher({HOST: [INSIDE]})
    await desk.save()
    assert "Osoite johtaa sisäverkkoon" in await desk.staff.page(FEED, desk.token)
    assert desk.there.asked == []


async def test_a_calendar_is_taken_away(desk: Desk) -> None:
    before = await desk.free()
    desk.there.put(PATH, calendar((SEVEN, NINE)))
    await desk.save()
    answer = await desk.staff.post(FEED, desk.token, remove="1")
    assert answer.headers["Location"] == f"{FEED}?done=removed"
    assert await desk.free() == before
    assert HOST not in await desk.staff.page(FEED, desk.token)
    kept = await desk.parts.database.read(entries)
    assert [entry.act for entry in kept if entry.act.startswith("calendar")] == [
        "calendar.feed_removed",
        "calendar.feed",
    ]
    assert {entry.subject for entry in kept if entry.act.startswith("calendar")} == {desk.account}


async def test_one_that_hangs_does_not_keep_the_others(desk: Desk) -> None:
    async def hang(request: Any) -> Any:
        await desk.there.leave.wait()

    desk.parts.feeds._fetcher = desk.there.fetcher(timeout=0.3)
    desk.there.pages["/hang"] = hang
    desk.there.put(PATH, calendar((SEVEN, NINE)))
    await desk.act(add_expert, "a-slow-one", unit="pysakointi", topics=["muu"])
    for expert, url in (("a-slow-one", f"https://{HOST}/hang"), ("e1", URL)):
        await desk.act(set_feed, expert, url, desk.account, desk.staff.clock())
    await desk.quarter()
    slow, mine = [await desk.parts.database.read(feed_of, expert) for expert in ("a-slow-one", "e1")]
    assert (slow.problem, mine.problem) == ("slow", None)
    assert min(await desk.free()) == NINE
    due = rows(desk.staff.served.database_url, "SELECT due_at FROM jobs WHERE kind = 'feeds.read_one'")
    assert len({row.due_at for row in due}) == 2  # one after the other


async def test_what_was_read_from_another_address_is_dropped(desk: Desk) -> None:
    now, other = desk.staff.clock(), "https://calendar.example/other.ics"
    await desk.act(set_feed, "e1", other, desk.account, now)
    before = await desk.free()
    assert not await desk.act(keep_feed, "e1", URL, [(SEVEN, NINE)], now)
    await desk.act(fail_feed, "e1", URL, "slow", now)
    assert await desk.free() == before
    feed = await desk.parts.database.read(feed_of, "e1")
    assert (feed.read_at, feed.problem) == (None, None)
    assert await desk.act(keep_feed, "e1", other, [(SEVEN, NINE)], now)  # the control
    assert min(await desk.free()) == NINE


async def test_the_same_calendar_again_changes_nothing_but_the_time(desk: Desk) -> None:
    desk.there.put(PATH, calendar((SEVEN, SEVEN + timedelta(minutes=7)), (NINE, ONE)))
    await desk.save()
    kept = rows(desk.staff.served.database_url, "SELECT * FROM absences ORDER BY id")
    await desk.quarter()
    assert rows(desk.staff.served.database_url, "SELECT * FROM absences ORDER BY id") == kept
    cells = rows(desk.staff.served.database_url, "SELECT cells FROM reservations ORDER BY cells")
    assert [row.cells for row in cells] == [2, 48]  # what begins in five minutes takes all of them
    assert await desk.free() == {SEVEN + timedelta(minutes=40), SEVEN + timedelta(minutes=80)}


async def test_nobody_is_shown_the_address(desk: Desk) -> None:
    """It opens all of the calendar: not to a lead, not in the page's source, not in the audit."""
    desk.there.put(PATH, calendar())
    await desk.save()
    lead = await desk.staff.signed_in("paallikko", Role.EDITOR, units=["pysakointi"])
    for path, token in ((FEED, desk.token), ("/desk/calendar/e1/feed", lead)):
        answer = await desk.staff.get(path, token)
        assert answer.status == 200
        html = await answer.text()
        assert HOST in html
        assert ("Asiantuntija: asiantuntija-1" in html) == (token == lead)
        assert "secret-of" not in html
    assert "secret-of" not in str(rows(desk.staff.served.database_url, "SELECT * FROM audit"))
    assert b"Hammasl" not in everything(desk.staff.served.database_url)


async def test_a_lead_cares_for_the_experts_of_their_unit_only(desk: Desk) -> None:
    desk.there.put(PATH, calendar((SEVEN, NINE)))
    lead = await desk.staff.signed_in("paallikko", Role.EDITOR, units=["pysakointi"])
    path = "/desk/calendar/e1/feed"
    assert (await desk.save(path=path, token=lead)).headers["Location"] == f"{path}?done=saved"
    assert min(await desk.free()) == NINE
    others = {
        "toinen-paallikko": (Role.EDITOR, "matkailu"),
        "toinen-asiantuntija": (Role.EXPERT, "pysakointi"),
        "neuvoja": (Role.AGENT, "pysakointi"),
    }
    for login, (role, unit) in others.items():
        token = await desk.staff.signed_in(login, role, units=[unit])
        for tried in (path, path.replace("feed", "address")):
            assert (await desk.staff.post(tried, token)).status == 403, login
        assert (await desk.staff.get(path, token)).status == 403, login
    new = await desk.staff.signed_in("uusi", Role.EXPERT, units=["pysakointi"])  # nothing saved yet
    assert (await desk.staff.get(FEED, new)).status == 404
    assert (await desk.staff.get("/desk/calendar/ei-ole/feed", lead)).status == 404


async def put(desk: Desk, start: datetime, **other: Any) -> str:
    """An appointment of the expert's."""
    appointment = await desk.act(appoint, start, **other)
    await desk.act(
        lambda tx: tx.execute(update(appointments).where(appointments.c.id == appointment).values(expert_id="e1"))
    )
    return appointment


async def test_the_feed_of_ones_own_appointments(desk: Desk) -> None:
    secrets = {"name": "Karhu", "email": "karhu@example.fi", "phone": "+358441234567", "note": "Riita naapurin kanssa"}
    coming = await put(desk, SEVEN, **secrets)
    await put(desk, NINE, state="cancelled", sequence=1)
    await put(desk, SEVEN - timedelta(days=29), state="done")
    await put(desk, SEVEN - timedelta(days=40), state="done")
    await desk.act(appoint, ONE, unit="matkailu", topic="matkailu")  # another's
    path = await desk.address()
    answer = await desk.staff.get(path)
    assert (answer.status, answer.content_type) == (200, "text/calendar")
    text = await answer.text()
    for told in (*secrets.values(), "Pysäköinti", "pysakointi"):
        assert told not in text.replace("\r\n ", "")

    events = {str(event["UID"]): event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}
    assert len(events) == 3
    event = events[f"{coming}@porina.pori.fi"]
    known = await desk.parts.database.read(by_id, coming)
    assert (event["DTSTART"].dt, event["DTEND"].dt, event["SEQUENCE"]) == (SEVEN, known.end, known.sequence)
    assert event["SUMMARY"] == "Etätapaaminen / Porina"
    assert event["URL"] == f"{desk.staff.url}/desk?day=2026-11-25"
    assert sorted(str(each["STATUS"]) for each in events.values()) == ["CANCELLED", "CONFIRMED", "CONFIRMED"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        second = ics.Calendar(text)
        begins = {each.begin.datetime for each in second.events}
    assert begins == {SEVEN, NINE, SEVEN - timedelta(days=29)}


async def test_the_feed_is_fetched_anew_only_when_it_changed(desk: Desk) -> None:
    appointment = await put(desk, SEVEN)
    path = await desk.address()
    first = await desk.staff.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = await desk.staff.get(path, headers={"If-None-Match": tag})
    assert (again.status, await again.read()) == (304, b"")
    moved = {"starts": NINE, "ends": ONE, "sequence": 1, "changed_at": desk.staff.clock()}
    await desk.act(lambda tx: tx.execute(update(appointments).where(appointments.c.id == appointment).values(moved)))
    later = await desk.staff.get(path, headers={"If-None-Match": tag})
    assert later.status == 200
    assert "SEQUENCE:1" in await later.text()


async def test_a_secret_address_is_shown_once_and_ends_with_the_next(desk: Desk) -> None:
    first = await desk.address()
    assert first not in await (await desk.staff.get(FEED, desk.token)).text()
    assert first.split("/")[-1].removesuffix(".ics").encode() not in everything(desk.staff.served.database_url)
    second = await desk.address("/desk/calendar/e1/address")
    assert first != second
    assert [(await desk.staff.get(path)).status for path in (first, second)] == [404, 200]
    for unknown in ("/calendars/x.ics", "/calendars/.ics", f"/calendars/{'x' * 43}.ics"):
        assert (await desk.staff.get(unknown)).status == 404
    kept = await desk.parts.database.read(entries)
    assert [entry.act for entry in kept[:2]] == ["calendar.address"] * 2


async def test_who_is_disabled_has_no_feeds(desk: Desk) -> None:
    desk.there.put(PATH, calendar((SEVEN, NINE)))
    await desk.save()
    path = await desk.address()
    await desk.act(disable, desk.account, desk.staff.clock(), "command line")
    assert (await desk.staff.get(path)).status == 404
    asked = len(desk.there.asked)
    await desk.quarter()
    assert len(desk.there.asked) == asked
    assert min(await desk.free(), default=None) is None  # nobody can book them any more


async def test_who_reads_writes_the_row_that_a_booking_holds(desk: Desk) -> None:
    """`version` grows with what can be booked: a booking that saw the times before is decided again."""

    async def version() -> int:
        return await desk.parts.database.read(
            lambda tx: tx.scalar(experts.select().with_only_columns(experts.c.version))
        )

    before = await version()
    await desk.act(set_feed, "e1", URL, desk.account, desk.staff.clock())
    await desk.act(keep_feed, "e1", URL, [(SEVEN, NINE)], desk.staff.clock())
    assert await version() == before + 2
