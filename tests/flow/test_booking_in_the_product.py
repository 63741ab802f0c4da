"""The whole product, as `porina serve` makes it: a booking's life through the API and its page, and its mails go out."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from bookings import Office
from icalendar import Calendar
from served import serving_product


async def test_from_availability_to_three_mails_in_the_folder(tmp_path: Path) -> None:
    async with serving_product(tmp_path) as served:
        office = Office(served)
        first, second = (await office.free(topic="rakennusvalvonta", place="reposaari", language="en"))[:2]
        booked = await office.book(first, language="en")
        page = await office.ask("GET", f"/appointments/{booked['token']}")
        assert (page.status, page.headers["Content-Language"]) == (200, "en")
        assert (await office.ask("GET", f"/meet/{booked['token']}")).status == 200
        await office.change(booked, "move", slot=second["id"])
        await office.change(booked, "cancel")
        async with asyncio.timeout(20):
            while office.count("outbox", "sent_at IS NULL"):  # noqa: ASYNC110 the server's sender rings no bell for us
                await asyncio.sleep(0.02)
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in (tmp_path / "mail").glob("*.eml")]
    events = []
    for mail in mails:
        [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        [event] = calendar.walk("VEVENT")
        events.append((event["sequence"], str(calendar["method"]), f"{event['dtstart'].dt:%Y-%m-%dT%H:%M:%SZ}"))
    assert sorted(events) == [
        (0, "REQUEST", first["start"]),
        (1, "REQUEST", second["start"]),
        (2, "CANCEL", second["start"]),
    ]
