"""Days as each language writes them: a name in lists and headings, a part of a sentence elsewhere; Helsinki's clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.locale.dates import clock, day, full_day, on_day, short_day

MONDAY = date(2026, 11, 30)
WEEKS = {
    "fi": ["maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"],
    "sv": ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
SHORT = {"fi": "ma ti ke to pe la su", "sv": "mån tis ons tors fre lör sön", "en": "Mon Tue Wed Thu Fri Sat Sun"}
ENDING = {"fi": "na", "sv": "", "en": ""}


def names(write: Callable[[date, str], str], language: str) -> list[str]:
    return [write(MONDAY + timedelta(days=ahead), language).split()[0] for ahead in range(7)]


@pytest.mark.parametrize("language", WEEKS)
def test_every_day_of_the_week_has_its_form(language: str) -> None:
    week = WEEKS[language]
    assert names(day, language) == names(full_day, language) == week
    assert names(on_day, language) == [name + ENDING[language] for name in week]
    assert names(short_day, language) == SHORT[language].split()


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fi", ["sunnuntai 6.12.", "sunnuntaina 6.12.", "sunnuntai 6.12.2026", "su 6.12."]),
        ("sv", ["söndag 6.12", "söndag 6.12", "söndag 6.12.2026", "sön 6.12"]),
        ("en", ["Sunday 6 December", "Sunday 6 December", "Sunday 6 December 2026", "Sun 6 Dec"]),
    ],
)
def test_a_date_is_written_as_the_language_does(language: str, written: list[str]) -> None:
    sunday = date(2026, 12, 6)
    assert [write(sunday, language) for write in (day, on_day, full_day, short_day)] == written


def test_a_moment_is_told_by_helsinkis_clock() -> None:
    moment = datetime(2026, 12, 6, 22, 30, tzinfo=UTC)
    assert [day(moment, "fi"), clock(moment, "fi"), clock(moment, "en")] == ["maanantai 7.12.", "0.30", "0:30"]
    assert clock(datetime(2026, 7, 1, 6, 5, tzinfo=UTC), "sv") == "9.05"
