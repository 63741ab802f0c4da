"""Who may do what to whose things: the one place that says so. Pages and acts ask `may()` or `require()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from types import MappingProxyType

from services.errors import Forbidden


class Role(StrEnum):
    """What a person is to the service; one person can be several."""

    AGENT = "agent"
    EXPERT = "expert"
    EDITOR = "editor"
    ADMIN = "admin"


class Right(Enum):
    """Something that can be allowed."""

    OWN_ACCOUNT = "see and change one's own account"
    UNITS = "see units and who works in them"
    PEOPLE = "see and change accounts, roles, units"
    AUDIT = "read who did what"
    JOBS = "see and retry what happens by itself"
    MEET = "meet the citizens of one's units by video"
    CALENDARS = "change what can be booked: one's own calendar, or those of the experts whom one leads"


class Reach(Enum):
    """To whose things a right extends."""

    ALL = auto()
    UNITS = auto()
    """the things of one's own units"""
    OWN = auto()
    """the things of one's own account"""


RULES: Mapping[Right, Mapping[Role, Reach]] = MappingProxyType(
    {
        Right.OWN_ACCOUNT: dict.fromkeys(Role, Reach.OWN),
        Right.UNITS: {
            Role.AGENT: Reach.UNITS,
            Role.EXPERT: Reach.UNITS,
            Role.EDITOR: Reach.ALL,
            Role.ADMIN: Reach.ALL,
        },
        Right.PEOPLE: {Role.ADMIN: Reach.ALL},
        Right.AUDIT: {Role.ADMIN: Reach.ALL},
        Right.JOBS: {Role.ADMIN: Reach.ALL},
        Right.MEET: {Role.AGENT: Reach.UNITS, Role.EXPERT: Reach.UNITS},
        # The editor of a unit is its lead.
        Right.CALENDARS: {Role.EXPERT: Reach.OWN, Role.EDITOR: Reach.UNITS, Role.ADMIN: Reach.ALL},
    }
)
"""A role that is not named under a right does not have it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is signed in. `account`: the account's id; `session`: the session's id, which is not its token.

    `ends_at`: when the session ends, whatever they do (UTC).
    """

    account: str
    name: str
    roles: frozenset[Role]
    units: frozenset[str]
    language: str | None
    session: str
    ends_at: datetime


def may(actor: Actor, right: Right, *, unit: str | None = None, account: str | None = None) -> bool:
    """Whether `actor` has `right` over the things of `unit` or of `account`; with neither, over anything at all."""
    reaches = {RULES[right][role] for role in actor.roles if role in RULES[right]}
    if Reach.ALL in reaches:
        return True
    if unit is None and account is None:
        return Reach.OWN in reaches or (Reach.UNITS in reaches and bool(actor.units))
    return (Reach.UNITS in reaches and unit in actor.units) or (Reach.OWN in reaches and account == actor.account)


def require(actor: Actor, right: Right, *, unit: str | None = None, account: str | None = None) -> None:
    """Raise Forbidden unless `may()`."""
    if not may(actor, right, unit=unit, account=account):
        raise Forbidden(f"{right.name} is not for this account")
