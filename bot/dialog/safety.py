"""Danger and distress in what somebody writes: seen before anything else, in everyday words of three languages.

A missed one costs more than a false alarm, but a bot that answers "112" to a question about a fire inspection is not
believed the next time: the table of both sides is `tests/unit/dialog/test_safety.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from bot.dialog import safety_en, safety_fi, safety_sv
from bot.dialog.phrases import Phrases
from knowledge.model import Language

Alarm = Literal["suicide", "danger", "illness", "youth", "violence"]
_TOLD: tuple[tuple[Language, Any], ...] = (("fi", safety_fi), ("sv", safety_sv), ("en", safety_en))
_CRIES = "nyt heti apua auttakaa nu genast hjalp now help please"
_MOST_URGENT: tuple[Alarm, ...] = ("suicide", "youth", "violence", "danger", "illness")
_GAP = 2


def alarm(words: Sequence[str]) -> tuple[Alarm, Language] | None:
    """The most urgent alarm in the words of a message (`plain_words`) and the language it was told in."""
    seen = [*_anywhere().spot(words, _GAP), *_alone().cover(words)]
    return min(seen, key=lambda each: _MOST_URGENT.index(each[0])) if seen else None


@cache
def _anywhere() -> Phrases[tuple[Alarm, Language]]:
    return Phrases({(kind, tag): table for tag, told in _TOLD for kind, table in told.ANYWHERE.items()})


@cache
def _alone() -> Phrases[tuple[Alarm, Language]]:
    return Phrases({(kind, tag): table for tag, told in _TOLD for kind, table in told.ALONE.items()}, _CRIES)
