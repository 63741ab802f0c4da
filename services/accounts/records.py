"""Accounts as they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from services.accounts.logins import folded, is_login
from services.accounts.roles import Held, held, held_by_all
from services.accounts.rules import Role
from services.accounts.tables import accounts
from services.errors import NotFound


@dataclass(frozen=True, slots=True)
class Account:
    """`name` is for colleagues; citizens see `title`, the role title by language. `login`: None where the account
    comes by OpenID Connect only (`provided`). Who has neither a password nor a provider cannot sign in yet.
    """

    id: str
    login: str | None
    name: str
    title: dict[str, str]
    language: str | None
    roles: frozenset[Role]
    units: frozenset[str]
    has_password: bool
    provided: bool
    disabled: bool
    created_at: datetime
    signed_in_at: datetime | None


def people(tx: Connection) -> list[Account]:
    """All accounts, by name."""
    by_account = held_by_all(tx)
    found = [_account(row, by_account[row.id]) for row in tx.execute(select(accounts))]
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))


def person(tx: Connection, account: str) -> Account:
    """One account. Raises NotFound."""
    row = tx.execute(select(accounts).where(accounts.c.id == account)).first()
    if row is None:
        raise NotFound("account")
    return _account(row, held(tx, row.id))


def by_login(tx: Connection, login: str) -> Account | None:
    """The account that signs in with `login`, however it is spelt; None for one that nobody has."""
    meant = folded(login)
    if not is_login(meant):
        return None
    row = tx.execute(select(accounts).where(accounts.c.login == meant)).first()
    return None if row is None else _account(row, held(tx, row.id))


def _account(row: Row[Any], has: Held) -> Account:
    roles, units = has
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        title=row.title,
        language=row.language,
        roles=roles,
        units=units,
        has_password=row.password_hash is not None,
        provided=row.issuer is not None,
        disabled=row.disabled,
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
    )
