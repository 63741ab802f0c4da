"""The order of a booking, and how its answers are heard."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.dialog.booking import asked, back, clear, next_step, settle
from bot.dialog.booking_choices import Choice
from bot.dialog.booking_hearing import at_clock, contact_in, line_to_change, name_in, pick
from bot.dialog.phrases import plain_words
from bot.dialog.talk import Draft
from services.appointments.bookable import Bookable
from services.clock import HELSINKI
from services.errors import Invalid

TODAY = date(2026, 11, 24)  # a Tuesday
PARKING = Bookable("parking", "unit", 20, 10, ("fi", "en"), ("home", "lavia"))
ONLY = Bookable("only", "unit", 20, 10, ("sv",), ("home",))


def full() -> Draft:
    return Draft("parking", "home", "fi", "2026-11-30", "slot", "Nimimerkki", "a@example.org", needs_told=True)


def test_steps_come_in_order_and_known_ones_are_not_asked() -> None:
    draft = Draft(topic="parking")
    steps = []
    for field, value in (
        ("place", "home"), ("language", "fi"), ("needs_told", True), ("day", "2026-11-30"), ("slot", "s"), ("name", "N"), ("phone", "040 123456"),
    ):  # fmt: skip
        steps.append(next_step(draft))
        setattr(draft, field, value)
    assert steps == ["place", "language", "needs", "day", "time", "name", "contact"]
    assert next_step(draft) == "check"


def test_what_a_topic_has_only_one_of_is_not_asked() -> None:
    draft = Draft(topic="only", place="lavia", language="en")
    settle(draft, [PARKING, ONLY])
    assert (draft.place, draft.language, next_step(draft)) == ("home", "sv", "needs")


def test_a_topic_that_is_gone_is_asked_again() -> None:
    draft = full()
    draft.topic = "gone"
    settle(draft, [PARKING])
    assert next_step(draft) == "topic" and draft.name == "Nimimerkki"


@pytest.mark.parametrize(
    ("step", "then"),
    [
        ("topic", "topic"),
        ("place", "place"),
        ("needs", "needs"),
        ("day", "day"),
        ("time", "time"),
        ("contact", "contact"),
    ],
)
def test_a_changed_line_opens_its_step_and_keeps_the_rest(step: str, then: str) -> None:
    draft = full()
    clear(draft, step)  # type: ignore[arg-type]
    assert next_step(draft) == then
    assert draft.name == "Nimimerkki"


def test_back_goes_to_the_question_before_and_no_further_than_the_first() -> None:
    draft = Draft(topic="parking")
    asked(draft, "place")
    draft.place = "home"
    asked(draft, "language")
    assert back(draft) and next_step(draft) == "place" and draft.topic == "parking"
    assert not back(draft)


def days() -> list[Choice]:
    first = datetime(2026, 11, 25, 9, tzinfo=HELSINKI)
    moments = [first + timedelta(days=n) for n in (0, 1, 2, 5, 6, 7)]
    return [Choice(each.date().isoformat(), f"{each.day}.{each.month}. (3 aikaa)", at=each) for each in moments]


def times() -> list[Choice]:
    day = datetime(2026, 11, 30, tzinfo=HELSINKI)
    return [
        Choice(f"{hour}:{minute:02}", f"{hour}.{minute:02}", at=day.replace(hour=hour, minute=minute))
        for hour, minute in ((9, 0), (9, 50), (10, 40), (13, 20), (14, 0))
    ]


PLACES = [
    Choice("home", "Koti tai muu oma paikka", "kotona kotoa hemma"),
    Choice("yrjonkatu-6", "Porina, Yrjönkatu 6", "yrjonkadulla"),
    Choice("reposaari", "Reposaaren kirjasto"),
    Choice("lavia", "Lavian kirjasto", "laviassa"),
]
LANGUAGES = [Choice("fi", "Suomi", "suomeksi finska"), Choice("en", "English", "englanniksi engelska")]

HEARD = [
    ("place", "lavialla", "lavia"),
    ("place", "Lavian kirjasto", "lavia"),
    ("place", "kotona", "home"),
    ("place", "reposaaressa kiitos", "reposaari"),
    ("place", "2", "yrjonkatu-6"),
    ("place", "yrjönkadulla", "yrjonkatu-6"),
    ("place", "kirjastossa", None),
    ("place", "kuussa", None),
    ("language", "englanniksi", "en"),
    ("language", "På finska", "fi"),
    ("language", "esperanto", None),
    ("day", "25.11. (3 aikaa)", "2026-11-25"),
    ("day", "huomenna", "2026-11-25"),
    ("day", "ylihuomenna", "2026-11-26"),
    ("day", "ensi maanantaina", "2026-11-30"),
    ("day", "maanantaina klo 9", "2026-11-30"),
    ("day", "on Friday", "2026-11-27"),
    ("day", "på fredag", "2026-11-27"),
    ("day", "1.12.", "2026-12-01"),
    ("day", "30 Nov", "2026-11-30"),
    ("day", "lauantaina", None),
    ("day", "24.12.", None),
    ("time", "klo 10", "10:40"),
    ("time", "10.40", "10:40"),
    ("time", "9:50", "9:50"),
    ("time", "at 9", "9:00"),
    ("time", "2", "14:00"),
    ("time", "klo 11", None),
    ("time", "13:00", None),
    ("time", "joskus", None),
]


@pytest.mark.parametrize(("step", "text", "value"), HEARD)
def test_free_words_choose(step: str, text: str, value: str | None) -> None:
    choices = {"place": PLACES, "language": LANGUAGES, "day": days(), "time": times()}[step]
    chosen = pick(step, text, choices, choices[:5], TODAY)  # type: ignore[arg-type]
    assert (chosen.value if chosen else None) == value


def test_an_hour_told_with_the_day_is_heard() -> None:
    chosen = at_clock("maanantaina 30.11. klo 9.50", times())
    assert chosen is not None and chosen.value == "9:50"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@example.org", ("a@example.org", None)),
        ("se on a@example.org.", ("a@example.org", None)),
        ("040 123 4567", (None, "040 123 4567")),
        ("a@example.org tai +358 40 1234567", ("a@example.org", "+358 40 1234567")),
    ],
)
def test_contacts_are_found_in_what_is_said(text: str, found: tuple[str | None, str | None]) -> None:
    assert contact_in(text) == found


@pytest.mark.parametrize(
    ("text", "field"), [("a@", "email"), ("a@b", "email"), ("12", "phone"), ("en kerro", "contact"), ("", "contact")]
)
def test_a_contact_that_cannot_be_right_says_what_is_wrong(text: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        contact_in(text)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "name"),
    [("Mysteeri", "Mysteeri"), ("nimeni on Meri", "Meri"), ("My name is Bo", "Bo"), ("Åke 2", "Åke 2")],
)
def test_names(text: str, name: str) -> None:
    assert name_in(text) == name


@pytest.mark.parametrize("text", ["", "...", "miksi kysyt nimeä?", "x" * 61, "a\x00b"])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(Invalid):
        name_in(text)


def test_a_draft_survives_the_table() -> None:
    assert Draft.from_json(full().as_json()) == full()
    assert Draft.from_json({"topic": "parking", "page": "two", "unknown": 1}) == Draft(topic="parking")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("mä haluun muuttaa nimen", "name"),
        ("vaihda aika", "time"),
        ("sähköposti on väärin", "contact"),
        ("fel namn", "name"),
        ("jag vill byta plats", "place"),
        ("change the day please", "day"),
        ("my email is wrong", "contact"),
        ("vahvista", None),
        ("mikä on pysäköinnin hinta", None),
    ],
)
def test_a_line_of_the_summary_is_changed_in_free_words(said: str, line: str | None) -> None:
    assert line_to_change(plain_words(said)) == line
