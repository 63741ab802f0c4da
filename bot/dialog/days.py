"""Days as people name them: "huomenna", "ensi maanantaina", "30.11.", "on Friday"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from bot.dialog.phrases import Phrases

_NAMED = {
    0: "tanaan|tana|tanan|idag|today|tonight",
    1: "huomenna|huomen|huomiseksi|huomiselle|imorgon|imorron|tomorrow\ni morgon",
    2: "ylihuomenna|ylihuomen|overmorgon|overimorgon\ni overmorgon\nday after tomorrow",
}
_WEEKDAYS = {
    0: "maanantai*|mandag*|monday*",
    1: "tiistai*|tisdag*|tuesday*",
    2: "keskiviik*|onsdag*|wednesday*",
    3: "torstai*|torsdag*|thursday*",
    4: "perjantai*|fredag*|friday*",
    5: "lauantai*|lordag*|saturday*|viikonlop*|helgen|weekend*",
    6: "sunnuntai*|sondag*|sunday*|viikonlop*|helgen|weekend*",
}
# Some are other words in another language ("to", "on", "man"): they count where no long name stands.
_SHORT = {
    0: "ma|man|mon",
    1: "ti|tis|tue",
    2: "ke|ons|wed",
    3: "to|tors|thu",
    4: "pe|fre|fri",
    5: "la|lor|sat",
    6: "su|son|sun",
}
_DATE = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})(?!\d)(?:[./](?:20)?\d\d)?")


def days_named(words: Sequence[str], today: date) -> list[date]:
    """The days (the next of their name, today included) that a message's plain words name, in the order of time."""
    offsets = set(_relative().spot(words, gap=0))
    named = {today + timedelta(days=offset) for offset in offsets}
    if 2 in offsets:
        named.discard(today + timedelta(days=1))  # "the day after tomorrow" holds the word tomorrow
    weekdays = set(_weekdays().spot(words, gap=0)) or (set() if named else set(_short().spot(words, gap=0)))
    for weekday in weekdays:
        named.add(today + timedelta(days=(weekday - today.weekday()) % 7))
    return sorted(named)


def dates_written(text: str) -> list[tuple[int, int]]:
    """(day, month) for each date in figures, "30.11." or "30/11"."""
    return [(int(day), int(month)) for day, month in _DATE.findall(text)]


@cache
def _relative() -> Phrases[int]:
    return Phrases(_NAMED)


@cache
def _weekdays() -> Phrases[int]:
    return Phrases(_WEEKDAYS)


@cache
def _short() -> Phrases[int]:
    return Phrases(_SHORT)
