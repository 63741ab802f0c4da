"""What a provider's groups mean here: roles, and the units they are held in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from services.accounts.rules import Role


class Overage(Exception):
    """The provider left the groups out because there are too many of them for a token."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is here."""

    roles: frozenset[Role]
    units: frozenset[str]


def read_groups(text: str) -> Mapping[str, Standing]:
    """The standing by group, from `GROUP=role[+role…][@unit[,unit…]]; …`. Raises ValueError with one line.

    A group may hold any character but `;`, also `=` as names in directories do. Unit ids are not looked up here.
    """
    read: dict[str, Standing] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        group, equals, rest = (piece.strip() for piece in part.rpartition("="))
        if not equals or not group:
            raise ValueError(f"{part.strip()!r} is not GROUP=role")
        if group in read:
            raise ValueError(f"the group {group!r} stands twice")
        roles, at, units = rest.partition("@")
        read[group] = Standing(
            frozenset(_role(name) for name in _names(roles, "+", part)),
            frozenset(_names(units, ",", part)) if at else frozenset(),
        )
    return MappingProxyType(read)


def standing(groups: Iterable[str], meanings: Mapping[str, Standing]) -> Standing:
    """The roles and units of all `groups` together; a group without a meaning gives nothing."""
    held = [meanings[group] for group in groups if group in meanings]
    return Standing(
        frozenset().union(*(each.roles for each in held)), frozenset().union(*(each.units for each in held))
    )


def groups_in(claims: Mapping[str, Any], claim: str) -> frozenset[str]:
    """The groups that `claims` names in `claim`, a list of texts or one text; none where it is missing.

    Raises Overage where the provider says that it left them out (Microsoft Entra ID does above 200 groups).
    """
    if claim not in claims:
        elsewhere = claims.get("_claim_names")
        if (claim == "groups" and claims.get("hasgroups")) or (isinstance(elsewhere, dict) and claim in elsewhere):
            raise Overage
    value = claims.get(claim)
    named = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(each for each in named if isinstance(each, str))


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise ValueError(f"there is no role {name!r}, only {', '.join(Role)}") from None


def _names(text: str, separator: str, part: str) -> list[str]:
    names = [name.strip() for name in text.split(separator)]
    if not all(names):
        raise ValueError(f"{part.strip()!r} names nothing where a role or a unit should stand")
    return names
