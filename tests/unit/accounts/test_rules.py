"""Every right, for every role, over one's own things and others': the table that the code has to agree with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.accounts.rules import RULES, Actor, Right, Role, may, require
from services.errors import Forbidden

ALL, UNITS, OWN, NONE = "all", "units", "own", "none"

# Written by hand from the city's rule, not computed from the code.
TABLE = [
    # right               agent  expert editor admin
    (Right.OWN_ACCOUNT, (OWN, OWN, OWN, OWN)),
    (Right.UNITS, (UNITS, UNITS, ALL, ALL)),
    (Right.PEOPLE, (NONE, NONE, NONE, ALL)),
    (Right.AUDIT, (NONE, NONE, NONE, ALL)),
    (Right.JOBS, (NONE, NONE, NONE, ALL)),
    (Right.MEET, (UNITS, UNITS, NONE, NONE)),
    (Right.CALENDARS, (NONE, OWN, UNITS, ALL)),
]
ROLES = (Role.AGENT, Role.EXPERT, Role.EDITOR, Role.ADMIN)
CELLS = [(right, role, reach) for right, reaches in TABLE for role, reach in zip(ROLES, reaches, strict=True)]

# What a reach opens: anything at all, with and without a unit of one's own; own and another's unit and account.
OPENS = {
    #       any    any, no unit  own unit  other unit  own account  other account
    ALL: (True, True, True, True, True, True),
    UNITS: (True, False, True, False, False, False),
    OWN: (True, True, False, False, True, False),
    NONE: (False, False, False, False, False, False),
}


def actor(*roles: Role, units: tuple[str, ...] = ("asiakaspalvelu",)) -> Actor:
    return Actor(
        "me", "neuvoja-1", frozenset(roles), frozenset(units), None, "session", datetime(2026, 11, 30, 20, tzinfo=UTC)
    )


def opened(who: Actor, without_unit: Actor, right: Right) -> tuple[bool, ...]:
    return (
        may(who, right),
        may(without_unit, right),
        may(who, right, unit="asiakaspalvelu"),
        may(who, right, unit="pysakointi"),
        may(who, right, account="me"),
        may(who, right, account="another"),
    )


def test_the_table_has_every_right_and_role() -> None:
    assert [right for right, _ in TABLE] == list(Right) == list(RULES)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize(("right", "role", "reach"), CELLS)
def test_a_role_reaches_as_far_as_the_table_says(right: Right, role: Role, reach: str) -> None:
    assert opened(actor(role), actor(role, units=()), right) == OPENS[reach]


def test_several_roles_together_reach_as_far_as_the_widest() -> None:
    assert may(actor(Role.AGENT, Role.EDITOR), Right.UNITS, unit="pysakointi")
    assert not may(actor(Role.AGENT, Role.EXPERT), Right.UNITS, unit="pysakointi")


def test_who_has_no_role_may_nothing() -> None:
    assert not any(may(actor(), right) or may(actor(), right, account="me") for right in Right)


def test_require_refuses_what_may_does() -> None:
    require(actor(Role.AGENT), Right.UNITS, unit="asiakaspalvelu")
    with pytest.raises(Forbidden):
        require(actor(Role.AGENT), Right.UNITS, unit="pysakointi")
    with pytest.raises(Forbidden):
        require(actor(Role.EDITOR), Right.PEOPLE)
