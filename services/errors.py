"""Why the city's records refuse something.

Refusal                 nothing was changed; the message is for developers, people's words are in the catalogues
├── NotFound            no such thing, or not yours: the answer is the same
├── Invalid             the wish is malformed; `field` says where
├── Conflict            somebody or something was first
│   ├── StateMoved      the conversation went on meanwhile; the turn is decided again
│   ├── ReusedId        the same client id or idempotency key came with another content
│   ├── SlotTaken       the time is no longer free; `alternatives` has the nearest free slots
│   │   └── CitizenBusy the citizen has another appointment at that time
│   ├── LoginTaken      another account has this login
│   ├── RoomFull        as many are in the meeting as it can hold
│   └── CallTaken       a colleague accepted the call first; `title` says who, by language
├── Forbidden           who asks is known and may not
└── Gone                it was there, but is over (a cancelled appointment)
DatabaseAway            the database does not answer now: who asked comes back in a few seconds
DatabaseUnusable        the database cannot be opened at all: stops the start with one line
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """The wish was refused and nothing was changed."""


class NotFound(Refusal):
    """No such thing, or not for this caller."""


class Invalid(Refusal):
    """A value cannot be right. `code` is a stable word for the catalogues."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class Conflict(Refusal):
    """Somebody or something was first."""


class StateMoved(Conflict):
    """The conversation's state was changed by another turn."""


class ReusedId(Conflict):
    """A client's id or idempotency key was used before with another content."""


class SlotTaken(Conflict):
    """The time is no longer free. `alternatives`: up to three nearest free slots, nearest first."""

    def __init__(self, alternatives: tuple[Any, ...] = ()) -> None:
        super().__init__("the slot is taken")
        self.alternatives = alternatives


class CitizenBusy(SlotTaken):
    """Who books has another appointment at that time: nobody can be in two places."""


class LoginTaken(Conflict):
    """Another account has this login."""


class RoomFull(Conflict):
    """As many are in the meeting, or wait for it, as it can hold."""


class CallTaken(Conflict):
    """A colleague accepted the call first. `title`: their role title by language, empty where they have none."""

    def __init__(self, title: Mapping[str, str]) -> None:
        super().__init__("somebody else has accepted the call")
        self.title = title


class Forbidden(Refusal):
    """Who asks is known, and may not do this."""


class Gone(Refusal):
    """It existed but is over."""


class DatabaseAway(Exception):
    """The database does not answer, or is too busy. What was on its way may have been kept or not; ask again."""


class DatabaseUnusable(Exception):
    """The database cannot be opened; the message is one line for an operator."""
