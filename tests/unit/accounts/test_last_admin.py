"""There is always an admin who can sign in, also when two remove each other at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select
from staff import BY, Staff

from services.accounts import acts
from services.accounts.acts import disable, set_roles
from services.accounts.records import people
from services.accounts.roles import keep_an_admin, replace
from services.accounts.rules import Role
from services.accounts.tables import accounts
from services.errors import Invalid


def admins(staff: Staff) -> set[str]:
    return {each.id for each in staff.look(people) if Role.ADMIN in each.roles and not each.disabled}


def refused(staff: Staff, act: Callable[..., Any], *given: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as invalid:
        staff.act(act, *given, by=BY)
    return invalid.value.field, invalid.value.code


def test_the_last_admin_stays(staff: Staff) -> None:
    admin = staff.ready("paakayttaja", Role.ADMIN, Role.EDITOR)
    staff.ready("neuvoja-1")
    assert refused(staff, set_roles, admin, {Role.EDITOR}, ()) == ("roles", "last_admin")
    assert refused(staff, disable, admin) == ("account", "last_admin")
    staff.act(set_roles, admin, {Role.ADMIN}, (), by=BY)
    assert admins(staff) == {admin}


def test_an_admin_who_cannot_sign_in_does_not_count(staff: Staff) -> None:
    admin = staff.ready("paakayttaja", Role.ADMIN)
    invited, _ = staff.add("tulossa", Role.ADMIN)
    gone = staff.ready("lahtenyt", Role.ADMIN)
    staff.act(disable, gone, by=BY)
    assert refused(staff, disable, admin) == ("account", "last_admin")
    staff.act(disable, invited, by=BY)
    staff.act(set_roles, gone, {Role.AGENT}, (), by=BY)
    assert admins(staff) == {admin}


def test_an_admin_by_openid_connect_counts(staff: Staff) -> None:
    admin = staff.ready("paakayttaja", Role.ADMIN)

    def provided(tx: Connection) -> None:
        row = {"id": "p", "name": "p", "title": {}, "disabled": False, "version": 0, "created_at": staff.now}
        tx.execute(insert(accounts).values(issuer="https://idp.example", subject="1", **row))
        replace(tx, "p", {Role.ADMIN}, ())

    staff.database.now(provided)
    staff.act(disable, admin, by=BY)
    assert admins(staff) == {"p"}


def only_looking(tx: Connection, account: str, field: str) -> None:
    """The guard without its write."""
    able = list(tx.scalars(select(accounts.c.id).where(accounts.c.disabled.is_(False))))
    if able == [account]:
        raise Invalid(field, "last_admin")


def lingering(keep: Callable[[Connection, str, str], None]) -> Callable[[Connection, str, str], None]:
    """`keep`, and then a while in which the other transaction does the same, where the database lets it."""

    def kept(tx: Connection, account: str, field: str) -> None:
        keep(tx, account, field)
        if tx.dialect.name == "postgresql":
            tx.execute(select(func.pg_sleep(0.2)))

    return kept


def nothing(_tx: Connection, _account: str, _field: str) -> None:
    """No guard at all."""


async def remove_each_other(staff: Staff) -> list[str]:
    """Two admins, each disabled by the other at once; what came of it."""
    pair = [staff.ready(f"paakayttaja-{number}", Role.ADMIN) for number in range(2)]
    both = (staff.database.transaction(disable, one, staff.now, other) for one, other in (pair, reversed(pair)))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    return sorted(type(each).__name__ for each in outcomes)


async def test_of_two_who_remove_each_other_one_stays(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "keep_an_admin", lingering(keep_an_admin))
    assert await remove_each_other(staff) == ["Invalid", "NoneType"]
    assert len(admins(staff)) == 1


@pytest.mark.parametrize("guard", [nothing, only_looking])
async def test_control_without_the_guard_none_stays(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, guard: Callable[[Connection, str, str], None]
) -> None:
    """Looking is enough on SQLite, where one act runs after the other; on PostgreSQL both look before either writes."""
    monkeypatch.setattr(acts, "keep_an_admin", lingering(guard))
    await remove_each_other(staff)
    assert len(admins(staff)) == (1 if guard is only_looking and not staff.database.is_shared else 0)
