"""Accounts that come by an OpenID Connect provider: what they may do is what the provider says at each sign-in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from services.accounts.roles import held, replace
from services.accounts.rules import Role
from services.accounts.sessions import close_all
from services.accounts.tables import accounts
from services.audit.acts import note
from services.errors import Forbidden, Invalid
from services.ids import new_id

BY = "provider"
"""Who acts, in the audit."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the provider `issuer` tells of them; `subject` is what it calls them, for ever."""

    issuer: str
    subject: str
    name: str
    roles: frozenset[Role]
    units: frozenset[str]


def sign_in_provided(tx: Connection, person: Person, now: datetime) -> str:
    """The account's id; it is made at the first sign-in, and `name` is its name then.

    Never an account that was made here, whatever its name: the pair is all that tells people apart (OpenID Connect
    Core 1.0, 5.7). Roles and units become those given, and where that changes them, open sessions end. The last admin
    may lose the role so: the provider is the truth, and `porina user add` the way back.

    Raises Forbidden where the account is disabled, Invalid("roles", "required") for none.
    """
    if not person.roles:
        raise Invalid("roles", "required")
    found = _found(tx, person.issuer, person.subject)
    if found is None:
        return _made(tx, person, now)
    if found.disabled:
        raise Forbidden("the account is disabled")
    _replace(tx, found.id, person.roles, person.units, now)
    return str(found.id)


def withdraw_provided(tx: Connection, issuer: str, subject: str, now: datetime) -> None:
    """The provider says that `subject` has no role any more: roles and units go, and sessions end."""
    found = _found(tx, issuer, subject)
    if found is not None:
        _replace(tx, found.id, (), (), now)


def _found(tx: Connection, issuer: str, subject: str) -> Row[Any, Any] | None:
    return tx.execute(
        select(accounts.c.id, accounts.c.disabled).where(accounts.c.issuer == issuer, accounts.c.subject == subject)
    ).first()


def _made(tx: Connection, person: Person, now: datetime) -> str:
    account = new_id()
    whose = {"issuer": person.issuer, "subject": person.subject}
    # Of two first sign-ins at once one is refused by the unique pair; run again, it finds the account.
    tx.execute(
        insert(accounts).values(
            id=account, name=person.name, title={}, **whose, disabled=False, version=0, created_at=now
        )
    )
    replace(tx, account, person.roles, person.units)
    note(tx, BY, "account.added", account, now, roles=sorted(person.roles), units=sorted(person.units))
    return account


def _replace(tx: Connection, account: str, roles: Collection[Role], units: Collection[str], now: datetime) -> None:
    had_roles, had_units = held(tx, account)
    if replace(tx, account, roles, units):
        close_all(tx, account, now)
        before = {"roles": sorted(had_roles), "units": sorted(had_units)}
        note(tx, BY, "account.roles", account, now, roles=sorted(roles), units=sorted(units), before=before)
