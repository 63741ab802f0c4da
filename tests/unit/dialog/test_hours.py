"""Opening hours: weekly, exceptional, limited, over midnight, on the days when the clock is changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.dialog.facts import opening
from knowledge.hours import Status, status
from knowledge.model import Unit
from services.clock import HELSINKI

WEEKDAYS = {"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "09:00", "closes": "15:00"}


def unit(hours: list[dict[str, Any]], exceptions: list[dict[str, Any]] | None = None) -> Unit:
    names = {"fi": "Yksikkö", "sv": "Enhet", "en": "Unit"}
    return Unit.model_validate(
        {
            "id": "u",
            "name": names,
            "organisation": "Porin kaupunki",
            "hours": hours,
            "web": "https://www.pori.fi/x",
            "exceptions": exceptions or [],
        }
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "state", "changes"),
    [
        ("2026-11-24T09:00", "open", "2026-11-24T15:00"),
        ("2026-11-24T14:59", "open", "2026-11-24T15:00"),
        ("2026-11-24T15:00", "closed", "2026-11-25T09:00"),
        ("2026-11-24T08:59", "closed", "2026-11-24T09:00"),
        ("2026-11-27T16:00", "closed", "2026-11-30T09:00"),
        ("2026-03-28T12:00", "closed", "2026-03-30T09:00"),  # over the night when the clock goes forward
        ("2026-10-24T12:00", "closed", "2026-10-26T09:00"),  # and back
    ],
)
def test_weekly_hours(now: str, state: str, changes: str) -> None:
    assert status(unit([WEEKDAYS]), at(now)) == Status(state, at(changes))  # type: ignore[arg-type]


def test_an_exceptional_day_replaces_the_weekly_hours() -> None:
    closed = {"date": "2026-11-25", "closed": True}
    short = {"date": "2026-11-26", "opens": "10:00", "closes": "12:00"}
    assert status(unit([WEEKDAYS], [closed, short]), at("2026-11-25T10:00")) == Status("closed", at("2026-11-26T10:00"))


def test_hours_count_only_while_they_are_valid() -> None:
    summer = {**WEEKDAYS, "valid_from": "2026-06-01", "valid_to": "2026-08-31"}
    assert status(unit([summer]), at("2026-06-01T10:00")).state == "open"
    assert status(unit([summer]), at("2026-09-01T10:00")) == Status("closed")


def test_hours_over_midnight_are_one() -> None:
    night = [
        {"days": ["fri"], "opens": "18:00", "closes": "24:00"},
        {"days": ["sat"], "opens": "00:00", "closes": "02:00"},
    ]
    assert status(unit(night), at("2026-11-27T23:30")) == Status("open", at("2026-11-28T02:00"))
    assert status(unit(night), at("2026-11-28T01:00")) == Status("open", at("2026-11-28T02:00"))


def test_day_and_night_has_no_end() -> None:
    always = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "opens": "00:00", "closes": "24:00"}
    assert status(unit([always]), at("2026-11-24T03:00")) == Status("open")


def test_no_hours_in_the_content_are_not_known() -> None:
    assert status(unit([]), at("2026-11-24T10:00")) == Status("unknown")


@pytest.mark.parametrize(
    ("now", "language", "said"),
    [
        ("2026-11-24T10:00", "fi", "Auki nyt, suljetaan klo 15.00"),
        ("2026-11-24T10:00", "en", "Open now, closes at 15:00"),
        ("2026-11-24T07:00", "fi", "Avataan tänään klo 9.00"),
        ("2026-11-24T20:00", "sv", "Öppnar i morgon kl. 9.00"),
        ("2026-11-27T20:00", "fi", "Avataan maanantaina 30.11. klo 9.00"),
    ],
)
def test_what_is_said_of_it(now: str, language: str, said: str) -> None:
    assert opening(unit([WEEKDAYS]), at(now), language) == said


def test_where_to_check_is_said_where_it_is_not_known() -> None:
    assert opening(unit([]), at("2026-11-24T10:00"), "fi") == "Tarkista osoitteesta pori.fi"
