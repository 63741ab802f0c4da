"""Accounts that a provider tells of: known by issuer and subject alone, and as much as it says now."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from staff import BY, Staff

from services.accounts.acts import disable
from services.accounts.provided import Person, sign_in_provided, withdraw_provided
from services.accounts.records import people, person
from services.accounts.rules import Role
from services.accounts.sessions import begin, resume
from services.errors import Forbidden, Invalid

ISSUER = "https://login.example/pori/v2.0"
SOMEBODY = Person(ISSUER, "8f2a", "neuvoja-1", frozenset({Role.AGENT}), frozenset({"pysakointi"}))


def enter(staff: Staff, who: Person = SOMEBODY) -> str:
    account: str = staff.act(sign_in_provided, who)
    return account


def test_the_first_sign_in_makes_the_account(staff: Staff) -> None:
    account = enter(staff)
    made = staff.look(person, account)
    assert (made.name, made.login, made.roles, made.units) == ("neuvoja-1", None, SOMEBODY.roles, SOMEBODY.units)
    assert (made.provided, made.has_password) == (True, False)
    assert staff.noted(account) == ["account.added"]
    assert enter(staff) == account
    assert staff.noted(account) == ["account.added"]


async def test_two_first_sign_ins_at_once_are_one_account(staff: Staff) -> None:
    both = [staff.database.transaction(sign_in_provided, SOMEBODY, staff.now) for _ in range(4)]
    assert len(set(await asyncio.gather(*both))) == len(staff.look(people)) == 1


def test_nobody_becomes_somebody_else_by_a_name(staff: Staff) -> None:
    local = staff.ready("neuvoja-1", Role.ADMIN)
    mine = enter(staff)
    others = {enter(staff, replace(SOMEBODY, subject="8F2A")), enter(staff, replace(SOMEBODY, issuer=ISSUER + "/"))}
    assert len({local, mine, *others}) == len(staff.look(people)) == 4
    assert staff.look(person, local).roles == {Role.ADMIN}


def test_what_the_provider_says_now_is_so_and_open_sessions_end(staff: Staff) -> None:
    account = enter(staff)
    token = staff.act(begin, account, how="provider")
    enter(staff)
    assert staff.look(resume, token, staff.now)
    enter(staff, replace(SOMEBODY, roles=frozenset({Role.EDITOR}), units=frozenset()))
    assert staff.look(resume, token, staff.now) is None
    assert (staff.look(person, account).roles, staff.look(person, account).units) == ({Role.EDITOR}, frozenset())
    assert staff.noted(account)[-1] == "account.roles"


def test_who_has_no_role_any_more_keeps_nothing(staff: Staff) -> None:
    account = enter(staff)
    token = staff.act(begin, account, how="provider")
    with pytest.raises(Invalid):
        enter(staff, replace(SOMEBODY, roles=frozenset()))
    staff.act(withdraw_provided, ISSUER, "8f2a")
    assert staff.look(resume, token, staff.now) is None
    assert not staff.look(person, account).roles | staff.look(person, account).units
    staff.act(withdraw_provided, ISSUER, "unknown")
    assert len(staff.look(people)) == 1


def test_a_disabled_account_stays_closed_whatever_the_provider_says(staff: Staff) -> None:
    account = enter(staff)
    staff.act(disable, account, by=BY)
    with pytest.raises(Forbidden):
        enter(staff, replace(SOMEBODY, roles=frozenset({Role.ADMIN})))
    assert staff.look(person, account).roles == SOMEBODY.roles
