"""Calendars as Outlook, Google and others write them, and what of them is busy; expected times are UTC, by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.appointments.feed_process import busy_apart
from services.appointments.feed_reading import MOST_BYTES, MOST_EVENTS, Unreadable, busy, merge

DAYS = 33

# As Outlook publishes: Windows' name of the zone, with rules that were right in 1601.
OUTLOOK = """METHOD:PUBLISH
PRODID:Microsoft Exchange Server 2010
X-WR-CALNAME:Kalenteri
BEGIN:VTIMEZONE
TZID:FLE Standard Time
BEGIN:STANDARD
DTSTART:16010101T040000
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
OWN_ZONE = OUTLOOK.replace("FLE Standard Time", "Customized Time Zone")
GOOGLE = "PRODID:-//Google Inc//Google Calendar 70.9054//EN\nCALSCALE:GREGORIAN\nX-WR-TIMEZONE:Europe/Helsinki\n"


def feed(*events: str, head: str = "PRODID:-//x//FI\n") -> bytes:
    """A calendar with `events`, lines as they are written in RFC 5545."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head.splitlines()]
    for number, event in enumerate(events):
        own = event.splitlines()
        if not any(line.startswith("UID") for line in own):
            own.append(f"UID:{number}@example.fi")
        lines += ["BEGIN:VEVENT", "DTSTAMP:20261101T120000Z", *own, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def told(text: bytes, first: date = date(2026, 11, 24), days: int = DAYS) -> list[str]:
    """The busy times as `24.11. 07:00–08:00`, with the day of the end where it is another."""
    return [
        f"{start:%d.%m. %H:%M}–{end:{'%H:%M' if end.date() == start.date() else '%d.%m. %H:%M'}}"
        for start, end in busy(text, first, days)
    ]


TABLE = {
    "utc": (feed("DTSTART:20261124T070000Z\nDTEND:20261124T080000Z"), ["24.11. 07:00–08:00"]),
    "iana zone": (
        feed("DTSTART;TZID=Europe/Helsinki:20261124T090000\nDTEND;TZID=Europe/Helsinki:20261124T100000", head=GOOGLE),
        ["24.11. 07:00–08:00"],
    ),
    "another zone": (
        feed("DTSTART;TZID=America/New_York:20261124T090000\nDURATION:PT30M"),
        ["24.11. 14:00–14:30"],
    ),
    "outlook": (
        feed(
            "SUMMARY:Varattu\nDTSTART;TZID=FLE Standard Time:20261124T090000\n"
            "DTEND;TZID=FLE Standard Time:20261124T100000\nCLASS:PUBLIC\nTRANSP:OPAQUE\nSTATUS:CONFIRMED\n"
            "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
            head=OUTLOOK,
        ),
        ["24.11. 07:00–08:00"],
    ),
    "windows zone without its rules": (
        feed("DTSTART;TZID=FLE Standard Time:20261124T090000\nDTEND;TZID=FLE Standard Time:20261124T100000"),
        ["24.11. 07:00–08:00"],
    ),
    "a zone of the calendar's own": (
        feed("DTSTART;TZID=Customized Time Zone:20261124T090000\nDURATION:PT1H", head=OWN_ZONE),
        ["24.11. 07:00–08:00"],
    ),
    "no zone: Helsinki's": (feed("DTSTART:20261124T090000\nDTEND:20261124T100000"), ["24.11. 07:00–08:00"]),
    "no zone: the calendar's": (
        feed("DTSTART:20261124T090000\nDTEND:20261124T100000", head=GOOGLE.replace("Helsinki", "Stockholm")),
        ["24.11. 08:00–09:00"],
    ),
    "utc in a calendar with a zone": (
        feed("DTSTART:20261124T070000Z\nDTEND:20261124T080000Z", head=GOOGLE),
        ["24.11. 07:00–08:00"],
    ),
    "all day": (
        feed("DTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261127"),
        ["24.11. 22:00–26.11. 22:00"],
    ),
    "all day, one": (feed("DTSTART;VALUE=DATE:20261125"), ["24.11. 22:00–25.11. 22:00"]),
    "all day, free": (feed("DTSTART;VALUE=DATE:20261125\nTRANSP:TRANSPARENT"), []),
    "transparent": (feed("DTSTART:20261124T070000Z\nDTEND:20261124T080000Z\nTRANSP:transparent"), []),
    "cancelled": (feed("DTSTART:20261124T070000Z\nDTEND:20261124T080000Z\nSTATUS:CANCELLED"), []),
    "tentative": (feed("DTSTART:20261124T070000Z\nDTEND:20261124T080000Z\nSTATUS:TENTATIVE"), ["24.11. 07:00–08:00"]),
    "no length": (feed("DTSTART:20261124T070000Z"), []),
    "no length, with an end": (feed("DTSTART:20261124T070000Z\nDTEND:20261124T070000Z"), []),
    "days of duration": (feed("DTSTART:20261124T070000Z\nDURATION:P1DT2H"), ["24.11. 07:00–25.11. 09:00"]),
    "overlapping and touching": (
        feed(
            "DTSTART:20261124T090000Z\nDTEND:20261124T100000Z",
            "DTSTART:20261124T070000Z\nDTEND:20261124T080000Z",
            "DTSTART:20261124T073000Z\nDTEND:20261124T090000Z",
        ),
        ["24.11. 07:00–10:00"],
    ),
    "begun before the first day": (
        feed("DTSTART:20261101T070000Z\nDTEND:20261124T080000Z"),
        ["23.11. 22:00–24.11. 08:00"],
    ),
    "over before it": (feed("DTSTART:20261101T070000Z\nDTEND:20261101T080000Z"), []),
    "after the last": (feed("DTSTART:20261227T070000Z\nDTEND:20261227T080000Z"), []),
    "weekly, but not on one": (
        feed(
            "DTSTART;TZID=Europe/Helsinki:20260106T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261208T215959Z\n"
            "EXDATE;TZID=Europe/Helsinki:20261201T090000"
        ),
        ["24.11. 07:00–08:00", "08.12. 07:00–08:00"],
    ),
    "one of a series is moved, one cancelled": (
        feed(
            "UID:s\nDTSTART;TZID=Europe/Helsinki:20261124T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3",
            "UID:s\nRECURRENCE-ID;TZID=Europe/Helsinki:20261201T090000\nDTSTART;TZID=Europe/Helsinki:20261202T120000\n"
            "DTEND;TZID=Europe/Helsinki:20261202T123000",
            "UID:s\nRECURRENCE-ID;TZID=Europe/Helsinki:20261208T090000\nDTSTART;TZID=Europe/Helsinki:20261208T090000\n"
            "DTEND;TZID=Europe/Helsinki:20261208T100000\nSTATUS:CANCELLED",
            head=GOOGLE,
        ),
        ["24.11. 07:00–08:00", "02.12. 10:00–10:30"],
    ),
    "more dates": (
        feed("DTSTART:20261124T070000Z\nDURATION:PT1H\nRDATE:20261126T070000Z,20261127T070000Z"),
        ["24.11. 07:00–08:00", "26.11. 07:00–08:00", "27.11. 07:00–08:00"],
    ),
    "the second Wednesday of the month": (
        feed("DTSTART;TZID=Europe/Helsinki:20260114T130000\nDURATION:PT90M\nRRULE:FREQ=MONTHLY;BYDAY=2WE"),
        ["09.12. 11:00–12:30"],
    ),
    "our own appointments": (
        feed("UID:abc@porina.pori.fi\nDTSTART:20261124T070000Z\nDTEND:20261124T080000Z"),
        [],
    ),
    "nothing in it": (feed(), []),
    "tasks only": (
        feed(head="BEGIN:VTODO\nUID:t\nDTSTAMP:20261101T120000Z\nDTSTART:20261124T070000Z\nSUMMARY:x\nEND:VTODO\n"),
        [],
    ),
    "a byte order mark": (
        b"\xef\xbb\xbf" + feed("DTSTART:20261124T070000Z\nDTEND:20261124T080000Z"),
        ["24.11. 07:00–08:00"],
    ),
    "two calendars": (
        feed("DTSTART:20261124T070000Z\nDTEND:20261124T080000Z")
        + feed("DTSTART:20261125T070000Z\nDTEND:20261125T080000Z"),
        ["24.11. 07:00–08:00", "25.11. 07:00–08:00"],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_what_is_busy(name: str) -> None:
    text, expected = TABLE[name]
    assert told(text) == expected


@pytest.mark.parametrize("zone", ["Europe/Helsinki", "FLE Standard Time", "Customized Time Zone", ""])
def test_a_weekly_time_stays_on_the_wall_clock_over_both_nights(zone: str) -> None:
    """Nine o'clock is six in UTC before 25.10.2026 and seven after it; before 28.3.2027 seven, after it six."""
    at = f";TZID={zone}" if zone else ""
    head = OWN_ZONE if zone.startswith("Custom") else OUTLOOK if zone.startswith("FLE") else GOOGLE
    text = feed(f"DTSTART{at}:20260803T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY", head=head)
    assert told(text, date(2026, 10, 24), 3) == ["24.10. 06:00–07:00", "25.10. 07:00–08:00", "26.10. 07:00–08:00"]
    assert told(text, date(2027, 3, 27), 3) == ["27.03. 07:00–08:00", "28.03. 06:00–07:00", "29.03. 06:00–07:00"]


def test_the_nights_themselves() -> None:
    """3.30 comes twice on 25.10.2026 and not at all on 28.3.2027, where RFC 5545 goes by the offset before it."""
    text = feed("DTSTART;TZID=Europe/Helsinki:20261024T033000\nDURATION:PT15M\nRRULE:FREQ=DAILY")
    assert told(text, date(2026, 10, 25), 1) == ["25.10. 00:30–00:45"]
    assert told(text, date(2027, 3, 28), 1) == ["28.03. 01:30–01:45"]
    day = feed("DTSTART;VALUE=DATE:20261025")
    (span,) = busy(day, date(2026, 10, 20), DAYS)
    assert span[1] - span[0] == timedelta(hours=25)


REFUSED = {
    "a page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "not_calendar"),
    "nothing": (b"", "not_calendar"),
    "noise": (bytes(range(256)), "not_calendar"),
    "cut off": (feed("DTSTART:20261124T070000Z")[:60], "not_calendar"),
    "a contact": (b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nEND:VCARD\r\n", "not_calendar"),
    "unknown zone": (feed("DTSTART;TZID=Mars/Olympus Mons:20261124T090000\nDURATION:PT1H"), "zone:Mars/Olympus Mons"),
    "unknown zone of an exception": (
        feed("DTSTART:20261124T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE;TZID=Mars/Olympus:20261125T090000"),
        "zone:Mars/Olympus",
    ),
    "unknown zone of the calendar": (
        feed("DTSTART:20261124T090000\nDURATION:PT1H", head="X-WR-TIMEZONE:Mars/Olympus\n"),
        "zone:Mars/Olympus",
    ),
    "no beginning": (feed("SUMMARY:x"), "broken"),
    "no time": (feed("DTSTART:tomorrow"), "broken"),
    "a rule that is none": (feed("DTSTART:20261124T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=many"), "broken"),
    "every second": (feed("DTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY"), "too_much"),
    "every minute": (feed("DTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:FREQ=minutely;INTERVAL=2"), "too_much"),
    "too many events": (feed("DTSTART:20261124T070000Z") .replace(
        b"END:VCALENDAR", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * MOST_EVENTS + b"END:VCALENDAR"), "too_much"),
    "too large": (b"x" * (MOST_BYTES + 1), "too_large"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_says_why(name: str) -> None:
    text, code = REFUSED[name]
    with pytest.raises(Unreadable) as refused:
        busy(text, date(2026, 11, 24), DAYS)
    assert refused.value.code == code
    assert len(code) <= 40


def test_a_long_name_of_a_zone_fits() -> None:
    with pytest.raises(Unreadable) as refused:
        busy(feed(f"DTSTART;TZID={'Mars/' * 50}:20261124T090000\nDURATION:PT1H"), date(2026, 11, 24), DAYS)
    assert len(refused.value.code) <= 40


def test_spans_are_merged_in_any_order() -> None:
    at = [datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in range(6)]
    assert merge([(at[4], at[5]), (at[0], at[3]), (at[1], at[2])]) == [(at[0], at[3]), (at[4], at[5])]
    assert merge([]) == []


async def test_the_other_process_says_the_same() -> None:
    text, _ = TABLE["one of a series is moved, one cancelled"]
    first = date(2026, 11, 24)
    assert await busy_apart(text, first, DAYS) == busy(text, first, DAYS)
    with pytest.raises(Unreadable, match="zone:Mars/Olympus Mons"):
        await busy_apart(REFUSED["unknown zone"][0], first, DAYS)
    with pytest.raises(Unreadable, match="too_large"):
        await busy_apart(b"x" * 10 * 1024 * 1024, first, DAYS)


async def test_a_process_that_does_not_work_is_no_fault_of_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(RuntimeError):
        await busy_apart(feed(), date(2026, 11, 24), DAYS)


@pytest.mark.long
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;BYMINUTE=" + ",".join(map(str, range(60))) + ";BYSECOND=" + ",".join(map(str, range(60))),
        "FREQ=YEARLY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60)))
        + ";BYSECOND=" + ",".join(map(str, range(60))) + ";BYMONTHDAY=" + ",".join(map(str, range(1, 32))),
    ],
    ids=["every second in disguise", "a year at once"],
)  # fmt: skip
async def test_work_without_an_end_is_ended(rule: str) -> None:
    """By the system, whatever the parser does: this process is not the one that suffers."""
    with pytest.raises(Unreadable, match="too_much"):
        await busy_apart(feed(f"DTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:{rule}"), date(2026, 11, 24), DAYS)
