"""What the bot remembers between turns, as plain JSON: written only when it changed, tolerant of unknown keys."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Self

from knowledge.model import LANGUAGES, Language


class _Kept:
    """To and from a JSON object; a value of another version or type falls back to its default."""

    def as_json(self) -> dict[str, Any]:
        values = ((name, getattr(self, name)) for name in self._names())
        return {name: copy(value) if isinstance(value, list | dict) else value for name, value in values}

    @classmethod
    def from_json(cls, body: Mapping[str, Any] | None) -> Self:
        made = cls()
        for name in cls._names() if body else ():
            value = (body or {}).get(name)
            default = getattr(made, name)
            if value is not None and (default is None or isinstance(value, type(default))):
                setattr(made, name, copy(value) if isinstance(value, list | dict) else value)
        return made

    @classmethod
    @cache
    def _names(cls) -> tuple[str, ...]:
        return tuple(each.name for each in fields(cls))  # type: ignore[arg-type]


@dataclass(slots=True)
class Held(_Kept):
    """A time that is kept while a citizen tells the rest: the hold's id and slot, with an interpreter or without.

    `since`, `until`: when it began and when it ends, RFC 3339 in UTC.
    """

    id: str = ""
    slot: str = ""
    interpreted: bool = False
    since: str = ""
    until: str = ""


@dataclass(slots=True)
class Draft(_Kept):
    """A booking in progress. `day` is an ISO date in Helsinki, `slot` a slot id.

    `interpreter`: a BCP 47 code, other words for a kind of interpreting, or `yes` where it is not known which;
    `which`: that is being asked. `needs`: of NEEDS; `needs_told`: they need not be asked any more. `held`: a Held's
    JSON, empty for none. `asked`: the steps asked so far, in order; `page`: which part of a long list is shown;
    `alternatives`: the slots offered in place of a taken one.
    """

    topic: str | None = None
    place: str | None = None
    language: str | None = None
    day: str | None = None
    slot: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    interpreter: str | None = None
    which: bool = False
    needs: list[str] = field(default_factory=list)
    needs_told: bool = False
    held: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    page: int = 0
    alternatives: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Talk(_Kept):
    """The state of one conversation.

    `entry`: the one answered last; `offered`: the entries offered as choices; `clarifying`: they were offered as a
    "did you mean"; `verdict`: the question behind them asked for a decision; `booking`: a Draft's JSON, empty for none;
    `foreign`: the code of the language that the citizen writes in where the content does not have it.
    """

    language: str = "fi"
    entry: str = ""
    offered: list[str] = field(default_factory=list)
    clarifying: bool = False
    verdict: bool = False
    booking: dict[str, Any] = field(default_factory=dict)
    foreign: str = ""

    @property
    def speaks(self) -> Language:
        return self.language if self.language in LANGUAGES else "fi"


@dataclass(slots=True)
class Person(_Kept):
    """What is remembered of a citizen over conversations: the language chosen expressly, if any."""

    language: str = ""
