"""Days and times as people of each language write them, on Helsinki's clock."""

from __future__ import annotations

from datetime import date, datetime, time

from babel.dates import format_date

from services.clock import local

_DAY = {"fi": "EEEE d.M.", "sv": "EEEE d.M.", "en": "EEEE d MMMM"}
_SHORT_DAY = {"fi": "ccc d.M.", "sv": "ccc d.M.", "en": "ccc d MMM"}


def day(moment: date | datetime, language: str) -> str:
    """`maanantaina 30.11.` · `måndag 30.11.` · `Monday 30 November`."""
    return format_date(_as_date(moment), _DAY[language], locale=language)


def short_day(moment: date | datetime, language: str) -> str:
    """`ma 30.11.` · `mån 30.11.` · `Mon 30 Nov`."""
    return format_date(_as_date(moment), _SHORT_DAY[language], locale=language).replace(".,", "")


def clock(moment: datetime | time, language: str) -> str:
    """`9.30` in Finnish and Swedish, `9:30` in English."""
    at = local(moment) if isinstance(moment, datetime) else moment
    return f"{at.hour}{':' if language == 'en' else '.'}{at.minute:02d}"


def _as_date(moment: date | datetime) -> date:
    return local(moment).date() if isinstance(moment, datetime) else moment
