"""Free times by the wall clock of Helsinki, on every kind of day."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.holidays import public_holidays
from services.appointments.slots import (
    HORIZON,
    LEAD_TIME,
    Bookable,
    Calendar,
    Expert,
    Shift,
    cells,
    decode,
    encode,
)
from services.clock import local

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TOPIC = Bookable("advice", "desk", 20, 0, ("fi", "en"), ("home", "lavia"))
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday, noon in Helsinki


def expert(opens: str = "09:00", closes: str = "15:00", days: tuple[str, ...] = EVERY_DAY[:5]) -> Expert:
    shift = Shift(days, opens, closes)
    return Expert("e1", "desk", {"fi": "Neuvoja"}, ("advice",), ("fi", "sv"), ("home", "lavia"), (shift,), demo=True)


def calendar(who: Expert | None = None, topic: Bookable = TOPIC, now: datetime = NOW, **other: object) -> Calendar:
    given = {"reserved": frozenset(), "closed": frozenset(), **other}
    return Calendar((who or expert(),), (topic,), now=now, **given)  # type: ignore[arg-type]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "opens", "closes", "slots", "first", "last"),
    [
        # The clock is put forward at 03:00: the day has 23 hours, and no 03:xx.
        ("2027-03-28", "00:00", "24:00", 69, "2027-03-27T22:00", "2027-03-28T20:40"),
        ("2027-03-28", "08:00", "16:00", 24, "2027-03-28T05:00", "2027-03-28T12:40"),
        ("2027-03-28", "13:00", "18:00", 15, "2027-03-28T10:00", "2027-03-28T14:40"),
        # It is put back at 04:00: the day has 25 hours, and 03:xx twice.
        ("2027-10-31", "00:00", "24:00", 75, "2027-10-30T21:00", "2027-10-31T21:40"),
        ("2027-10-31", "08:00", "16:00", 24, "2027-10-31T06:00", "2027-10-31T13:40"),
        ("2027-10-31", "13:00", "18:00", 15, "2027-10-31T11:00", "2027-10-31T15:40"),
        # An ordinary day in each half of the year.
        ("2027-01-20", "08:00", "16:00", 24, "2027-01-20T06:00", "2027-01-20T13:40"),
        ("2027-07-20", "08:00", "16:00", 24, "2027-07-20T05:00", "2027-07-20T12:40"),
    ],
)
def test_days_on_which_the_clock_changes(day: str, opens: str, closes: str, slots: int, first: str, last: str) -> None:
    """github.com/calcom/cal.diy/issues/10517, /30021: only the afternoon's times were wrong."""
    now = utc(f"{day}T00:00") - timedelta(days=3)
    begins = utc(f"{day}T00:00") - timedelta(hours=4)
    free = calendar(expert(opens, closes, EVERY_DAY), now=now).free(
        place="home", start=begins, end=begins + timedelta(hours=28)
    )
    starts = [slot.start for slot in free if local(slot.start).date() == date.fromisoformat(day)]
    assert len(starts) == slots
    assert (starts[0], starts[-1]) == (utc(first), utc(last))
    assert all(earlier < later for earlier, later in pairwise(starts))
    assert all(slot.end - slot.start == timedelta(minutes=20) for slot in free)


def test_no_time_is_offered_in_the_hour_that_does_not_exist_and_the_doubled_one_is_two() -> None:
    march = calendar(expert("00:00", "24:00", EVERY_DAY), now=utc("2027-03-26T12:00")).free(place="home")
    assert not [slot for slot in march if f"{local(slot.start):%m-%d %H}" == "03-28 03"]
    october = calendar(expert("00:00", "24:00", EVERY_DAY), now=utc("2027-10-29T12:00")).free(place="home")
    assert [f"{local(s.start):%H:%M%z}" for s in october if f"{local(s.start):%m-%d %H}" == "10-31 03"] == [
        "03:00+0300",
        "03:20+0300",
        "03:40+0300",
        "03:00+0200",
        "03:20+0200",
        "03:40+0200",
    ]


def test_the_hours_are_kept_to_the_minute_and_the_buffer_may_run_past_them() -> None:
    topic = replace(TOPIC, minutes=40, buffer=10)
    free = calendar(expert("09:00", "12:00"), topic).free(place="home", end=utc("2026-11-26T00:00"))
    assert [f"{local(slot.start):%H:%M}–{local(slot.end):%H:%M}" for slot in free] == [
        "09:00–09:40",
        "09:50–10:30",
        "10:40–11:20",
    ]
    assert calendar(expert("09:00", "09:20")).free(place="home")[0].start == utc("2026-11-25T07:00")
    assert calendar(expert("09:00", "09:15")).free() == []


def test_times_begin_after_the_lead_time_and_end_at_the_horizon() -> None:
    free = calendar(expert("00:00", "24:00", EVERY_DAY)).free(place="home")
    assert free[0].start == NOW + LEAD_TIME
    assert free[-1].start < NOW + HORIZON <= free[-1].end
    assert calendar().free(start=NOW - HORIZON, end=NOW) == []
    assert calendar().free(start=NOW + HORIZON) == []


def test_the_lead_time_is_an_hour_of_real_time_also_where_the_clock_changes() -> None:
    """github.com/calcom/cal.diy/issues/12137: a notice computed on the wall clock shifts on these days."""
    now = utc("2027-03-28T00:30")  # 02:30, half an hour before the clock jumps
    assert calendar(expert("00:00", "24:00", EVERY_DAY), now=now).free(place="home")[0].start == utc("2027-03-28T01:40")


def test_no_times_on_weekends_and_public_holidays() -> None:
    christmas = calendar(now=utc("2026-12-01T00:00"), closed=public_holidays(2026)).free(
        place="home", start=utc("2026-12-23T22:00"), end=utc("2026-12-30T00:00")
    )
    assert {local(slot.start).date().day for slot in christmas} == {28, 29}  # 24–26 holidays, 27 Sunday
    assert {date(2026, 12, 24), date(2026, 6, 19), date(2026, 12, 6)} <= public_holidays(2026)


def test_a_reserved_cell_takes_every_slot_that_needs_it() -> None:
    topic = replace(TOPIC, minutes=20, buffer=10)
    nine = utc("2026-11-25T07:00")
    free = calendar(topic=topic, reserved=frozenset(("e1", at) for at in cells(nine, topic)))
    assert [slot.start for slot in free.free(place="home")][:2] == [NOW + LEAD_TIME, utc("2026-11-24T11:30")]
    assert nine not in {slot.start for slot in free.free()}
    assert utc("2026-11-25T07:30") in {slot.start for slot in free.free()}
    other_expert = calendar(topic=topic, reserved=frozenset(("e2", at) for at in cells(nine, topic)))
    assert nine in {slot.start for slot in other_expert.free()}


def test_languages_are_those_of_both_the_expert_and_the_topic() -> None:
    assert {slot.languages for slot in calendar().free()} == {("fi",)}
    assert calendar().free(language="en") == calendar().free(language="sv") == []
    assert calendar(replace(expert(), languages=("sv",))).free() == []


def test_a_place_with_hours_is_open_only_then() -> None:
    topic = replace(TOPIC, open_at={"lavia": (Shift(("wed",), "12:00", "13:00"),)})
    lavia = calendar(topic=topic).free(place="lavia", end=utc("2026-12-01T00:00"))
    assert [f"{local(slot.start):%a %H:%M}" for slot in lavia] == ["Wed 12:00", "Wed 12:20", "Wed 12:40"]
    assert len(calendar(topic=topic).free(place="home")) > 3


def test_hours_can_be_valid_for_a_while() -> None:
    who = replace(expert(), hours=(Shift(EVERY_DAY, "09:00", "15:00", "2026-12-01", "2026-12-02"),))
    assert {f"{local(slot.start):%d.%m.}" for slot in calendar(who).free()} == {"01.12.", "02.12."}


def test_a_slot_id_is_found_again_free_or_not() -> None:
    free = calendar().free()
    assert all(calendar().slot(slot.id) == slot for slot in free)
    taken = free[0]
    full = calendar(reserved=frozenset(("e1", at) for at in cells(taken.start, TOPIC)))
    assert full.slot(taken.id) == taken
    assert not full.is_free(taken)
    assert calendar().is_free(taken)


@pytest.mark.parametrize(
    "impossible",
    [
        encode("e2", "advice", "home", utc("2026-11-25T07:00")),
        encode("e1", "other", "home", utc("2026-11-25T07:00")),
        encode("e1", "advice", "ahlainen", utc("2026-11-25T07:00")),
        encode("e1", "advice", "home", utc("2026-11-25T07:05")),  # off the grid
        encode("e1", "advice", "home", utc("2026-11-25T06:40")),  # before the hours
        encode("e1", "advice", "home", utc("2026-11-25T13:00")),  # after them
        encode("e1", "advice", "home", utc("2026-11-28T07:00")),  # on a Saturday
        encode("e1", "advice", "home", utc("2026-11-24T07:00")),  # over
        encode("e1", "advice", "home", utc("2026-11-24T10:40")),  # too soon
        encode("e1", "advice", "home", utc("2027-01-04T07:00")),  # too far
        encode("e1", "advice", "home", utc("2026-11-25T07:00")) + "A",
        encode("e1", "advice", "home", utc("2026-11-25T07:00")) + "=",
        "",
        "ä",
        "~~~",
        "bm90IGFuIGFkZHJlc3M",
        "A" * 5000,
    ],
)
def test_an_id_of_no_slot_is_none(impossible: str) -> None:
    assert calendar().slot(impossible) is None


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_as_an_id_is_answered(text: str) -> None:
    assert calendar().slot(text) is None


@given(
    st.from_regex(r"[a-z0-9_-]{1,60}", fullmatch=True),
    st.integers(0, 60_000_000).map(lambda minutes: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
)
def test_an_id_says_what_went_into_it(name: str, start: datetime) -> None:
    assert decode(encode(name, name, name, start)) == (name, name, name, start)


def test_the_nearest_free_times_are_nearest_first_and_the_earlier_of_two_first() -> None:
    wanted = calendar().free(place="home", start=utc("2026-11-26T08:00"))[0]
    full = calendar(reserved=frozenset(("e1", at) for at in cells(wanted.start, TOPIC)))
    assert [f"{local(slot.start):%H:%M}" for slot in full.nearest_free(wanted, 4)] == [
        "09:40",
        "10:20",
        "09:20",
        "10:40",
    ]
    assert full.nearest_free(wanted, language="sv") == []
    assert {slot.place for slot in full.nearest_free(wanted)} == {"home"}


@pytest.mark.parametrize("evening", ["2026-11-24T21:30", "2026-11-24T22:30"])
def test_today_is_helsinkis_today(evening: str) -> None:
    """At 22:30 UTC it is already tomorrow in Pori, whatever the server's zone."""
    free = calendar(now=utc(evening)).free(place="home")
    assert free[0].start == utc("2026-11-25T07:00")


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Helsinki", "Pacific/Kiritimati"])
def test_the_servers_own_zone_does_not_matter(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        first = calendar(now=utc("2026-11-24T22:30")).free(place="home")[0]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (first.plain()["start"], first.plain()["end"]) == ("2026-11-25T07:00:00Z", "2026-11-25T07:20:00Z")
