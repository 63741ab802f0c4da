"""Finnish public holidays and the two eves on which offices are closed (Midsummer's, Christmas)."""

from __future__ import annotations

from datetime import date
from functools import cache


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The days of `year`. The package is read at the first call, which takes 0.2 s: not for the event loop."""
    from holidays import country_holidays

    return frozenset(country_holidays("FI", years=year))
