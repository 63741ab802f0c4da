"""Free times by the wall clock of Helsinki: whose, where, in which language, and near what."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hours import EVERY_DAY, NOW, TOPIC, WORKDAYS, at, busy, calendar, expert, helsinki, on, utc

from services.appointments.bookable import HORIZON, LEAD_TIME, Bookable, Room, Site
from services.clock import local

NINE, END = helsinki("2026-11-25T09:00"), helsinki("2026-11-25T09:20")


@pytest.mark.parametrize(
    ("minutes", "interpreted", "length"), [(20, None, 30), (30, None, 45), (45, None, 70), (25, None, 40), (20, 60, 60)]
)
def test_an_interpreter_takes_half_as_long_again_or_what_the_topic_says(
    minutes: int, interpreted: int | None, length: int
) -> None:
    topic = replace(TOPIC, minutes=minutes, interpreted=interpreted)
    assert (topic.length(interpreted=False), topic.length(interpreted=True)) == (minutes, length)


def test_times_begin_after_the_lead_time_and_end_at_the_horizon() -> None:
    always = expert(on(EVERY_DAY, "00:00", "24:00"))
    free = calendar(always).free(place="home")
    assert free[0].start == NOW + LEAD_TIME
    assert free[-1].start < NOW + HORIZON <= free[-1].end
    assert calendar(always).free(start=NOW - HORIZON, end=NOW) == []
    assert calendar(always).free(start=NOW + HORIZON) == []


def test_times_begin_in_the_interval_that_was_asked_for() -> None:
    free = calendar().free(place="home", start=NINE, end=NINE + timedelta(hours=1))
    assert [at(slot) for slot in free] == ["09:00", "09:20", "09:40"]
    free = calendar().free(place="home", start=NINE + timedelta(seconds=1), end=NINE + timedelta(hours=1, seconds=1))
    assert [at(slot) for slot in free] == ["09:20", "09:40", "10:00"]


def test_a_taken_cell_takes_every_slot_that_needs_it() -> None:
    topic = replace(TOPIC, minutes=20, buffer=10)
    took = (NINE, NINE + timedelta(minutes=30))
    starts = [slot.start for slot in calendar(topic=topic, taken=busy(took)).free(place="home")]
    assert starts[:2] == [NOW + LEAD_TIME, utc("2026-11-24T11:30")]
    assert NINE not in starts
    assert took[1] in starts
    assert NINE in {slot.start for slot in calendar(topic=topic, taken=busy(took, who="e2")).free()}


def test_languages_are_those_of_both_the_expert_and_the_topic() -> None:
    assert {slot.languages for slot in calendar().free()} == {("fi",)}
    assert calendar().free(language="en") == calendar().free(language="sv") == []
    assert calendar(expert(languages=("sv",))).free() == []
    both = calendar(expert(languages=("en", "sv", "fi")))
    assert {slot.languages for slot in both.free()} == {("fi", "en")}  # in the topic's order


def test_only_who_serves_the_topic_is_offered_and_only_where_both_are() -> None:
    assert calendar(expert(topics=("other",))).free() == []
    assert {slot.place for slot in calendar(expert(places=("lavia", "ahlainen"))).free()} == {"lavia"}
    assert calendar().free(place="ahlainen") == calendar().free(topic="other") == []


def test_hours_can_be_valid_for_a_while() -> None:
    who = expert(on(EVERY_DAY, "09:00", "15:00", valid_from="2026-12-01", valid_to="2026-12-02"))
    assert {f"{local(slot.start):%d.%m.}" for slot in calendar(who).free()} == {"01.12.", "02.12."}


def test_hours_that_overlap_give_a_time_once() -> None:
    who = expert(on(WORKDAYS, "09:00", "11:00"), on(WORKDAYS, "10:00", "12:00"))
    free = calendar(who).free(place="home", start=NINE, end=NINE + timedelta(days=1))
    assert [at(slot) for slot in free] == [f"{hour:02}:{minute:02}" for hour in (9, 10, 11) for minute in (0, 20, 40)]


def test_clinics_that_overlap_are_one_time_in_the_languages_of_both() -> None:
    topic = replace(TOPIC, languages=("fi", "en", "ru"))
    lavia, russian = on("wed", "09:00", "10:00", places=("lavia",)), on("wed", "09:00", "10:00", languages=("ru",))
    known = calendar(expert(lavia, russian), topic=topic)
    window = {"place": "lavia", "start": NINE, "end": END}
    assert [slot.languages for slot in known.free(**window)] == [("fi", "ru")]  # type: ignore[arg-type]
    assert known.times("advice", **window) == known.free(**window)  # type: ignore[arg-type]


def test_a_time_is_offered_once_with_whom_has_the_least_to_do() -> None:
    some, more = (expert(id=name, places=("home",)) for name in ("e1", "e2"))
    known = calendar(some, more, taken=busy((helsinki("2026-11-25T14:00"), helsinki("2026-11-25T15:00"))))
    times = known.times("advice", start=NINE, end=END)
    assert [(at(slot), slot.expert) for slot in times] == [("09:00", "e2")]
    only = known.times("advice", start=NINE, end=END, expert="e1")
    assert [slot.expert for slot in only] == ["e1"]
    even = calendar(some, more).times("advice", start=NINE, end=END)
    assert [slot.expert for slot in even] == ["e1"]
    known = calendar(some, more, taken=busy((NINE, END), who="e1") | busy((NINE, NINE + LEAD_TIME), who="e2"))
    assert [slot.expert for slot in known.times("advice", start=END, end=END + LEAD_TIME)] == ["e1", "e1", "e1"]


def test_a_months_appointments_are_shared_evenly() -> None:
    """Each takes the time that is offered: in the end nobody has had more than one more than another."""
    staff = [expert(id=f"e{n}", places=("home",)) for n in range(4)]
    had: dict[str, list[tuple[object, object]]] = {who.id: [] for who in staff}
    for n in range(30):
        taken = {key: spans for who in staff for key, spans in busy(*had[who.id], who=who.id).items()}  # type: ignore[arg-type]
        [slot] = calendar(*staff, taken=taken).times("advice", start=NINE + timedelta(days=n % 3), end=None)[:1]
        had[slot.expert].append((slot.start, slot.end))
    counts = [len(spans) for spans in had.values()]
    assert sum(counts) == 30
    assert max(counts) - min(counts) <= 1


def test_topics_of_one_length_do_not_share_what_is_known_of_rooms() -> None:
    """Both keep a room for half an hour, but the booth closes after the shorter one."""
    site = {"lavia": Site("lavia", rooms=(Room("booth", hours=(on("wed", "09:00", "09:20"),)),))}
    short = Bookable("short", "desk", 20, 10, ("fi",), ("lavia",), site)
    long = Bookable("long", "desk", 30, 0, ("fi",), ("lavia",), site)
    known = replace(calendar(expert(topics=("short", "long"))), topics=(short, long))
    assert {slot.topic for slot in known.free(start=NINE, end=END)} == {"short"}


def test_the_nearest_free_times_are_nearest_first_and_the_earlier_of_two_first() -> None:
    wanted = calendar().free(place="home", start=utc("2026-11-26T08:00"))[0]
    full = calendar(taken=busy((wanted.start, wanted.end)))
    assert [at(slot) for slot in full.nearest_free(wanted, 4)] == ["09:40", "10:20", "09:20", "10:40"]
    assert full.nearest_free(wanted, language="sv") == []
    assert {slot.place for slot in full.nearest_free(wanted)} == {"home"}
    assert full.nearest_free(wanted, within=timedelta(minutes=10)) == []


@pytest.mark.parametrize("evening", ["2026-11-24T21:30", "2026-11-24T22:30"])
def test_today_is_helsinkis_today(evening: str) -> None:
    """At 22:30 UTC it is already tomorrow in Pori, whatever the server's zone."""
    assert calendar(now=utc(evening)).free(place="home")[0].start == utc("2026-11-25T07:00")


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
