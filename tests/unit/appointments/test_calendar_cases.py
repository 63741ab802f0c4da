"""Calendars worked out by hand. Each case says on one line why its times are what they are.

Appointments take an hour and begin on the hour, no buffer, unless a case says otherwise. The day's public holidays are
closed. `03:00+03` and `03:00+02` are the two that an autumn night has.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hours import EVERY_DAY, WORKDAYS, Span, at, calendar, expert, helsinki, on

from services.appointments.bookable import Bookable, Room, Site
from services.appointments.holidays import public_holidays
from services.appointments.shifts import Shift
from services.clock import local

HOUR = Bookable("advice", "desk", 60, 0, ("fi", "ru"), ("home", "lavia"))
NINE_TO_THREE = on(WORKDAYS, "09:00", "15:00")
ALL_DAYS = on(EVERY_DAY, "09:00", "11:00")
LAVIA = on("wed", "13:00", "14:30", nth=(1,), places=("lavia",))
RUSSIAN = on("tue", "09:00", "12:00", languages=("ru",))
SPRING, AUTUMN = "2027-03-28", "2027-10-31"  # 03:00 becomes 04:00; 04:00 becomes 03:00


@dataclass(frozen=True)
class Case:
    """On `day`, in those hours, exactly the times of `free` are free. Times of day in `now` and `taken` are local."""

    why: str
    day: str
    hours: tuple[Shift, ...]
    free: str
    now: str = ""
    topic: dict[str, Any] = field(default_factory=dict)
    expert: dict[str, Any] = field(default_factory=dict)
    site: Site | None = None
    taken: dict[str, list[str]] = field(default_factory=dict)
    place: str = "home"
    language: str | None = None
    interpreted: bool = False
    holidays: bool = True


def case(why: str, day: str, hours: Shift | tuple[Shift, ...], free: str, **other: Any) -> Case:
    return Case(why, day, hours if isinstance(hours, tuple) else (hours,), free, **other)


def spring(why: str, opens: str, closes: str, free: str, **other: Any) -> Case:
    """That Sunday is Easter's as well, so its being a holiday is left out."""
    return case(f"spring: {why}", SPRING, on("sun", opens, closes), free, holidays=False, **other)


def autumn(why: str, opens: str, closes: str, free: str, **other: Any) -> Case:
    return case(f"autumn: {why}", AUTUMN, on("sun", opens, closes), free, **other)


def closed(why: str, day: str) -> Case:
    return case(f"closed: {why}", day, ALL_DAYS, "")


def open_(why: str, day: str) -> Case:
    return case(f"open: {why}", day, ALL_DAYS, "09:00 10:00")


HALF, THIRD = {"minutes": 30}, {"minutes": 20}
BOOTH = Site("lavia", rooms=(Room("booth"),))

CASES = [
    # The night of 28 March 2027 has no 03:xx; what is said of it is read with the offset before the gap (RFC 5545).
    spring("five hours between midnight and six", "00:00", "06:00", "00:00 01:00 02:00 04:00 05:00"),
    spring("from two to four is one hour", "02:00", "04:00", "02:00"),
    spring("from three to four is nothing", "03:00", "04:00", ""),
    spring("02:40 ends at 04:00", "02:00", "04:20", "02:00 02:20 02:40 04:00", topic=THIRD),
    spring("90 minutes from 02:00 end at 04:30", "02:00", "06:00", "02:00 04:30", topic={"minutes": 90}),
    spring("hours that end at 03:30 are 90 minutes", "02:00", "03:30", "02:00 02:30 04:00", topic=HALF),
    spring("hours that begin at 03:30 begin at 04:30", "03:30", "05:30", "04:30"),
    spring("the morning after", "08:00", "10:00", "08:00 09:00"),
    spring("the afternoon after", "13:00", "16:00", "13:00 14:00 15:00"),
    spring("the day has 23 hours", "00:00", "24:00",
           " ".join(f"{hour:02}:00" for hour in range(24) if hour != 3)),
    spring("absent 02:30–04:30, one hour: it meets 02:00 and 04:00", "01:00", "06:00", "01:00 05:00",
           taken={"expert:e1": ["02:30", "04:30"]}),
    spring("at 02:30, an hour ahead is 04:30", "00:00", "06:00", "04:30 05:00 05:30", topic=HALF,
           now=f"{SPRING}T02:30"),
    spring("24 hours after Saturday 10:00 is Sunday 11:00", "09:00", "13:00", "11:00 12:00",
           topic={"lead": timedelta(hours=24)}, now="2027-03-27T10:00"),
    case("spring: it is Easter Sunday", SPRING, ALL_DAYS, ""),
    # The night of 31 October 2027 has 03:xx twice.
    autumn("four hours between two and five", "02:00", "05:00", "02:00 03:00+03 03:00+02 04:00"),
    autumn("from three to four is two hours", "03:00", "04:00", "03:00+03 03:00+02"),
    autumn("until 03:30 is until the first", "03:00", "03:30", "03:00+03", topic=HALF),
    autumn("from 03:30 is from the first", "03:30", "04:00", "03:30+03 03:00+02 03:30+02", topic=HALF),
    autumn("45 minutes from 03:15 end at the second 03:00", "02:30", "04:00", "02:30 03:15+03 03:00+02",
           topic={"minutes": 45}),
    autumn("the morning after", "08:00", "10:00", "08:00 09:00"),
    autumn("the afternoon after", "13:00", "16:00", "13:00 14:00 15:00"),
    autumn("the day has 25 hours", "00:00", "24:00",
           "00:00 01:00 02:00 03:00+03 03:00+02 " + " ".join(f"{hour:02}:00" for hour in range(4, 24))),
    autumn("absent in the first 03:xx only", "02:00", "05:00", "02:00 03:00+02 04:00",
           taken={"expert:e1": ["03:10", "03:50"]}),
    autumn("24 hours after Saturday 12:00 is Sunday 11:00", "09:00", "13:00", "11:00 12:00",
           topic={"lead": timedelta(hours=24)}, now="2027-10-30T12:00"),
    autumn("at the first 03:00, an hour ahead is the second", "02:00", "05:00", "03:00+02 04:00",
           now=f"{AUTUMN}T03:00"),
    # How soon and how far ahead.
    case("lead: 09:10 and an hour is 10:10", "2026-11-25", NINE_TO_THREE, "11:00 12:00 13:00 14:00",
         now="2026-11-25T09:10"),
    case("lead: 09:00 and an hour is 10:00", "2026-11-25", NINE_TO_THREE, "10:00 11:00 12:00 13:00 14:00",
         now="2026-11-25T09:00"),
    case("lead: a second later is too late", "2026-11-25", NINE_TO_THREE, "11:00 12:00 13:00 14:00",
         now="2026-11-25T09:00:01"),
    case("lead: three days from Monday noon", "2026-11-26", NINE_TO_THREE, "12:00 13:00 14:00",
         now="2026-11-23T12:00", topic={"lead": timedelta(days=3)}),
    case("lead: late on the day before", "2026-11-25", NINE_TO_THREE, "09:00 10:00 11:00 12:00 13:00 14:00",
         now="2026-11-24T23:59"),
    case("horizon: 31 days from 2 November noon", "2026-12-03", NINE_TO_THREE, "09:00 10:00 11:00",
         now="2026-11-02T12:00"),
    case("horizon: 31 days of 24 hours, one of which 25 has", "2026-11-05", NINE_TO_THREE, "09:00 10:00",
         now="2026-10-05T12:00"),
    case("horizon: the day after is too far", "2026-12-04", NINE_TO_THREE, "", now="2026-11-02T12:00"),
    case("horizon: a week", "2026-12-01", NINE_TO_THREE, "09:00 10:00 11:00", now="2026-11-24T12:00",
         topic={"horizon": timedelta(days=7)}),
    # A leap day is a day: 29 February 2028, the fifth and last Tuesday.
    case("leap day: a Tuesday as any", "2028-02-29", on("tue", "09:00", "11:00"), "09:00 10:00"),
    case("leap day: the fifth Tuesday", "2028-02-29", on("tue", "09:00", "11:00", nth=(5,)), "09:00 10:00"),
    case("leap day: the last Tuesday", "2028-02-29", on("tue", "09:00", "11:00", nth=(-1,)), "09:00 10:00"),
    case("leap day: so the 22nd is not", "2028-02-22", on("tue", "09:00", "11:00", nth=(-1,)), ""),
    case("leap day: the last of hours valid until it", "2028-02-29",
         on(EVERY_DAY, "09:00", "11:00", valid_to="2028-02-29"), "09:00 10:00"),
    case("leap day: the day after is 1 March", "2028-03-01", on("wed", "09:00", "11:00", valid_from="2028-03-01"),
         "09:00 10:00"),
    # Public holidays of Finland, for somebody who works every day of the week.
    closed("New Year's Day", "2027-01-01"),
    closed("Epiphany", "2027-01-06"),
    closed("Good Friday", "2027-03-26"),
    open_("Easter Saturday", "2027-03-27"),
    closed("Easter Monday", "2027-03-29"),
    closed("May Day", "2028-05-01"),
    closed("Ascension Day, a Thursday", "2027-05-06"),
    open_("the Friday after it", "2027-05-07"),
    closed("Whit Sunday", "2027-05-16"),
    open_("the Monday after it", "2027-05-17"),
    closed("Midsummer's Eve, a Friday", "2027-06-25"),
    closed("Midsummer's Day, a Saturday", "2027-06-26"),
    closed("All Saints' Day, a Saturday", "2027-11-06"),
    closed("Independence Day", "2027-12-06"),
    open_("the day before Christmas Eve", "2027-12-23"),
    closed("Christmas Eve", "2027-12-24"),
    closed("Christmas Day", "2027-12-25"),
    closed("Boxing Day", "2028-12-26"),
    open_("the day after", "2028-12-27"),
    open_("New Year's Eve", "2027-12-31"),
    closed("New Year's Day of the next year", "2028-01-01"),
    closed("Epiphany of the next year, seen from this", "2028-01-06"),
    # Every so many days of a month.
    case("clinic: the first Wednesday at Lavia", "2026-12-02", LAVIA, "13:00 13:30 14:00", topic=HALF, place="lavia"),
    case("clinic: and nowhere else", "2026-12-02", LAVIA, "", topic=HALF),
    case("clinic: the second Wednesday is none", "2026-12-09", LAVIA, "", topic=HALF, place="lavia"),
    case("clinic: the month begins on a Wednesday", "2028-03-01", LAVIA, "13:00", place="lavia"),
    case("clinic: the first Wednesday is Epiphany", "2027-01-06", LAVIA, "", place="lavia"),
    case("clinic: and is not made up for", "2027-01-13", LAVIA, "", place="lavia"),
    case("clinic: the fifth Monday of November", "2026-11-30", on("mon", "09:00", "11:00", nth=(5,)), "09:00 10:00"),
    case("clinic: December 2026 has four", "2026-12-28", on("mon", "09:00", "11:00", nth=(5,)), ""),
    case("clinic: the fourth is the last then", "2026-12-28", on("mon", "09:00", "11:00", nth=(-1,)), "09:00 10:00"),
    case("clinic: the second and fourth, on the fourth", "2026-12-22", on("tue", "09:00", "11:00", nth=(2, 4)),
         "09:00 10:00"),
    case("clinic: the second and fourth, on the third", "2026-12-15", on("tue", "09:00", "11:00", nth=(2, 4)), ""),
    # During a clinic the other hours do not count; 14:00 would meet it until 14:30.
    case("clinic: away from home meanwhile", "2026-12-02", (NINE_TO_THREE, LAVIA), "09:00 10:00 11:00 12:00"),
    case("clinic: home again at 14:30", "2026-12-02", (NINE_TO_THREE, LAVIA),
         "09:00 09:30 10:00 10:30 11:00 11:30 12:00 12:30 14:30", topic=HALF),
    case("clinic: 12:30 would end in it", "2026-12-02", (on("wed", "09:30", "15:30"), LAVIA),
         "09:30 10:30 11:30 14:30"),
    case("clinic: at home on other Wednesdays", "2026-12-09", (NINE_TO_THREE, LAVIA),
         "09:00 10:00 11:00 12:00 13:00 14:00"),
    case("clinic: at home when it is not valid yet", "2026-12-02",
         (NINE_TO_THREE, replace(LAVIA, valid_from="2026-12-03")), "09:00 10:00 11:00 12:00 13:00 14:00"),
    case("Russian on Tuesdays", "2026-12-01", (NINE_TO_THREE, RUSSIAN), "09:00 10:00 11:00", language="ru"),
    case("Russian on Tuesdays: Finnish after it", "2026-12-01", (NINE_TO_THREE, RUSSIAN), "12:00 13:00 14:00",
         language="fi"),
    case("Russian on Tuesdays: not on Wednesdays", "2026-12-02", (NINE_TO_THREE, RUSSIAN), "", language="ru"),
    # For a while only.
    case("valid: from that day on", "2026-12-02", on("wed", "09:00", "10:00", valid_from="2026-12-02"), "09:00"),
    case("valid: from the day after", "2026-12-02", on("wed", "09:00", "10:00", valid_from="2026-12-03"), ""),
    case("valid: until that day", "2026-12-02", on("wed", "09:00", "10:00", valid_to="2026-12-02"), "09:00"),
    case("valid: until the day before", "2026-12-02", on("wed", "09:00", "10:00", valid_to="2026-12-01"), ""),
    case("valid: one Saturday", "2026-12-05",
         (NINE_TO_THREE, on("sat", "10:00", "12:00", valid_from="2026-12-05", valid_to="2026-12-05")), "10:00 11:00"),
    case("valid: and not the next", "2026-12-12",
         (NINE_TO_THREE, on("sat", "10:00", "12:00", valid_from="2026-12-05", valid_to="2026-12-05")), ""),
    case("no hours on Saturdays", "2026-12-12", NINE_TO_THREE, ""),
    # Where a day is cut.
    case("cut: lunch, and 11:00 would end in it", "2026-12-02",
         (on("wed", "09:00", "11:30"), on("wed", "12:00", "14:00")), "09:00 10:00 12:00 13:00"),
    case("cut: the last ends as they close", "2026-12-02", on("wed", "09:00", "11:00"), "09:00 10:00"),
    case("cut: a minute is missing", "2026-12-02", on("wed", "09:00", "10:59"), "09:00"),
    case("cut: 09:03 begins at 09:05", "2026-12-02", on("wed", "09:03", "11:05"), "09:05 10:05"),
    case("cut: every 50 minutes, and 11:30 would end at 12:10", "2026-12-02", on("wed", "09:00", "12:00"),
         "09:00 09:50 10:40", topic={"minutes": 40, "buffer": 10}),
    case("cut: the buffer may be after closing", "2026-12-02", on("wed", "09:00", "10:50"), "09:00 10:00",
         topic={"minutes": 50, "buffer": 10}),
    case("cut: hours that are shorter than it", "2026-12-02", on("wed", "09:00", "09:55"), ""),
    case("cut: until midnight", "2026-12-02", on("wed", "22:00", "24:00"), "22:00 23:00"),
    case("cut: nothing goes over midnight", "2026-12-02",
         (on("wed", "23:00", "24:00"), on("thu", "00:00", "01:00")), "", topic={"minutes": 90}),
    case("cut: New Year's Eve until midnight", "2027-12-31", on("fri", "22:30", "24:00"), "22:30"),
    case("interpreted: 90 minutes, and 11:00 would end at 12:30", "2026-12-02", on("wed", "09:00", "12:00"),
         "09:00 10:00", interpreted=True),
    case("interpreted: 75 minutes as the topic says", "2026-12-02", on("wed", "09:00", "11:15"), "09:00 10:00",
         topic={"interpreted": 75}, interpreted=True),
    # Places and rooms.
    case("place: open from twelve to two", "2026-12-02", NINE_TO_THREE, "12:00 13:00", place="lavia",
         site=Site("lavia", hours=(on("wed", "12:00", "14:00"),))),
    case("place: open from half past to half past", "2026-12-02", NINE_TO_THREE, "12:00", place="lavia",
         site=Site("lavia", hours=(on("wed", "11:30", "13:30"),))),
    case("place: closed that day", "2026-12-02", NINE_TO_THREE, "", place="lavia",
         site=Site("lavia", hours=(on("thu", "09:00", "15:00"),))),
    case("place: closes for lunch, two hours that meet are one", "2026-12-02", NINE_TO_THREE, "09:00 10:00 13:00",
         place="lavia",
         site=Site("lavia", hours=tuple(on("wed", *each) for each in
                                        (("09:00", "10:30"), ("10:30", "11:30"), ("12:30", "14:30"))))),
    case("room: its own hours", "2026-12-02", NINE_TO_THREE, "10:00 11:00", place="lavia",
         site=Site("lavia", rooms=(Room("booth", hours=(on("wed", "10:00", "12:00"),)),))),
    case("room: taken half an hour of each", "2026-12-02", NINE_TO_THREE, "09:00 12:00 13:00 14:00", place="lavia",
         site=BOOTH, taken={"room:lavia/booth#1": ["10:30", "11:30"]}),
    case("room: no matter at home", "2026-12-02", on("wed", "10:00", "12:00"), "10:00 11:00",
         site=BOOTH, taken={"room:lavia/booth#1": ["10:30", "11:30"]}),
    case("room: there is another", "2026-12-02", on("wed", "10:00", "12:00"), "10:00 11:00", place="lavia",
         site=Site("lavia", rooms=(Room("booth"), Room("corner"))), taken={"room:lavia/booth#1": ["10:00", "12:00"]}),
    case("room: it takes two, and one is in", "2026-12-02", on("wed", "10:00", "12:00"), "10:00 11:00", place="lavia",
         site=Site("lavia", rooms=(Room("hall", 2),)), taken={"room:lavia/hall#1": ["10:00", "11:00"]}),
    case("room: it takes two, and both are in", "2026-12-02", on("wed", "10:00", "12:00"), "11:00", place="lavia",
         site=Site("lavia", rooms=(Room("hall", 2),)),
         taken={"room:lavia/hall#1": ["10:00", "11:00"], "room:lavia/hall#2": ["10:00", "11:00"]}),
    case("room: kept for the buffer, 10:50–11:00", "2026-12-02", on("wed", "09:00", "13:00"), "09:00 12:00",
         topic={"minutes": 50, "buffer": 10}, place="lavia", site=BOOTH,
         taken={"room:lavia/booth#1": ["10:55", "11:30"]}),
    case("room: interpreted from 10:00 would end at 11:30", "2026-12-02", NINE_TO_THREE, "09:00", place="lavia",
         site=Site("lavia", rooms=(Room("booth", hours=(on("wed", "09:00", "11:00"),)),)), interpreted=True),
    # What the expert has given away.
    case("most a day: both are", "2026-12-02", NINE_TO_THREE, "", expert={"daily_most": 2},
         taken={"seat:e1#1": ["00:00", "00:05"], "seat:e1#2": ["00:00", "00:05"]}),
    case("most a day: one is left", "2026-12-02", on("wed", "09:00", "11:00"), "09:00 10:00", expert={"daily_most": 2},
         taken={"seat:e1#1": ["00:00", "00:05"]}),
    case("most a day: of the day before", "2026-12-03", on("thu", "09:00", "11:00"), "09:00 10:00",
         expert={"daily_most": 1}, taken={"seat:e1#1": ["2026-12-02T00:00", "2026-12-02T00:05"]}),
    case("most a day: none at all", "2026-12-02", NINE_TO_THREE, "", expert={"daily_most": 0}),
    case("absent: ten minutes of it", "2026-12-02", on("wed", "09:00", "12:00"), "09:00 11:00",
         taken={"expert:e1": ["10:20", "10:30"]}),
    case("absent: until it begins", "2026-12-02", on("wed", "09:00", "12:00"), "10:00 11:00",
         taken={"expert:e1": ["09:00", "10:00"]}),
    case("absent: from when it ends", "2026-12-02", on("wed", "09:00", "12:00"), "09:00 10:00",
         taken={"expert:e1": ["11:00", "15:00"]}),
    case("absent: from its buffer on", "2026-12-02", on("wed", "09:00", "12:00"), "09:00 10:00",
         topic={"minutes": 50, "buffer": 10}, taken={"expert:e1": ["11:55", "15:00"]}),
    case("absent: since the evening before", "2026-12-02", on("wed", "09:00", "12:00"), "10:00 11:00",
         taken={"expert:e1": ["2026-12-01T18:00", "2026-12-02T09:30"]}),
    case("absent: somebody else is", "2026-12-02", on("wed", "09:00", "11:00"), "09:00 10:00",
         taken={"expert:e2": ["09:00", "11:00"]}),
    case("an expert of no language", "2026-12-02", NINE_TO_THREE, "", expert={"languages": ()}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.day} {case.why}")
def test_the_times_of_a_day(case: Case) -> None:
    sites = {case.site.id: case.site} if case.site else {}
    topic = replace(HOUR, sites=sites, **case.topic)
    now = helsinki(case.now or f"{date.fromisoformat(case.day) - timedelta(days=3)}T12:00")
    holidays = public_holidays(now.year) | public_holidays(now.year + 1) if case.holidays else frozenset()
    known = calendar(
        expert(*case.hours, **case.expert),
        topic=topic,
        now=now,
        taken={resource: [_span(case.day, *times)] for resource, times in case.taken.items()},
        closed=holidays,
    )
    free = known.free(place=case.place, language=case.language, interpreted=case.interpreted)
    assert [at(slot) for slot in free if f"{local(slot.start):%Y-%m-%d}" == case.day] == case.free.split()
    length = timedelta(minutes=topic.length(interpreted=case.interpreted))
    assert all(slot.end - slot.start == length for slot in free)


def _span(day: str, start: str, end: str) -> Span:
    return _moment(day, start), _moment(day, end)


def _moment(day: str, text: str) -> datetime:
    return helsinki(text if "T" in text else f"{day}T{text}")
