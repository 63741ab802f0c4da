"""Days and times as people of each language write them, on Helsinki's clock."""

from __future__ import annotations

from datetime import date, datetime, time

from babel.dates import format_date

from services.clock import local

# Finnish has the weekday as a name here, and declined in `on_day`; CLDR's own `EEEE` mixes the two.
_DAY = {"fi": "cccc d.M.", "sv": "cccc d.M", "en": "cccc d MMMM"}
_FULL_DAY = {"fi": "cccc d.M.y", "sv": "cccc d.M.y", "en": "cccc d MMMM y"}
_SHORT_DAY = {"fi": "ccc d.M.", "sv": "ccc d.M", "en": "ccc d MMM"}


def day(moment: date | datetime, language: str) -> str:
    """A day as a name, for lists, headings and facts: `maanantai 30.11.` · `måndag 30.11` · `Monday 30 November`."""
    return format_date(_as_date(moment), _DAY[language], locale=language)


def on_day(moment: date | datetime, language: str) -> str:
    """A day as a part of a sentence: `maanantaina 30.11.` · `måndag 30.11` · `Monday 30 November`."""
    name, rest = day(moment, language).split(" ", 1)
    return f"{name}{'na' if language == 'fi' else ''} {rest}"


def full_day(moment: date | datetime, language: str) -> str:
    """A day with its year: `maanantai 30.11.2026` · `måndag 30.11.2026` · `Monday 30 November 2026`."""
    return format_date(_as_date(moment), _FULL_DAY[language], locale=language)


def short_day(moment: date | datetime, language: str) -> str:
    """`ma 30.11.` · `mån 30.11` · `Mon 30 Nov`."""
    return format_date(_as_date(moment), _SHORT_DAY[language], locale=language).replace(". ", " ", 1)


def clock(moment: datetime | time, language: str) -> str:
    """`9.30` in Finnish and Swedish, `9:30` in English."""
    at = local(moment) if isinstance(moment, datetime) else moment
    return f"{at.hour}{':' if language == 'en' else '.'}{at.minute:02d}"


def _as_date(moment: date | datetime) -> date:
    return local(moment).date() if isinstance(moment, datetime) else moment
