"""Which roles and units an account has, replacing them, and keeping at least one admin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Column, Connection, delete, insert, or_, select, update

from services.accounts.rules import Role
from services.accounts.tables import account_roles, account_units, accounts
from services.errors import Invalid, NotFound

Held = tuple[frozenset[Role], frozenset[str]]
"""Roles, and ids of units."""


def held(tx: Connection, account: str) -> Held:
    """What `account` has."""
    roles, units = (_by_account(tx, of, account) for of in (account_roles.c.role, account_units.c.unit))
    return frozenset(map(Role, roles[account])), frozenset(units[account])


def held_by_all(tx: Connection) -> defaultdict[str, Held]:
    """What each account has."""
    roles, units = (_by_account(tx, of) for of in (account_roles.c.role, account_units.c.unit))
    found: defaultdict[str, Held] = defaultdict(lambda: (frozenset(), frozenset()))
    for account in roles.keys() | units.keys():
        found[account] = (frozenset(map(Role, roles[account])), frozenset(units[account]))
    return found


def replace(tx: Connection, account: str, roles: Collection[Role], units: Collection[str]) -> bool:
    """Give `account` these roles and units in place of what it had; whether that changed anything.

    Raises NotFound.
    """
    if held(tx, account) == (frozenset(roles), frozenset(units)):
        return False
    mark_changed(tx, account)
    for table, column, values in ((account_roles, "role", roles), (account_units, "unit", units)):
        tx.execute(delete(table).where(table.c.account_id == account))
        if values:
            tx.execute(insert(table), [{"account_id": account, column: value} for value in sorted(set(values))])
    return True


def mark_changed(tx: Connection, account: str) -> None:
    """Let another change of `account` at the same time meet this one. Raises NotFound."""
    grown = update(accounts).where(accounts.c.id == account).values(version=accounts.c.version + 1)
    if tx.execute(grown).rowcount != 1:
        raise NotFound("account")


def keep_an_admin(tx: Connection, account: str, field: str) -> None:
    """Raise Invalid(field, "last_admin") where `account` is the only admin who can sign in.

    It writes the rows of all such admins and not only looks: two admins who remove each other at the same moment would
    each see the other still there, but they cannot both write.
    """
    admins = select(account_roles.c.account_id).where(account_roles.c.role == Role.ADMIN)
    able = tx.scalars(
        update(accounts)
        .where(
            accounts.c.id.in_(admins),
            accounts.c.disabled.is_(False),
            or_(accounts.c.password_hash.is_not(None), accounts.c.issuer.is_not(None)),
        )
        .values(version=accounts.c.version + 1)
        .returning(accounts.c.id)
    )
    if list(able) == [account]:
        raise Invalid(field, "last_admin")


def _by_account(tx: Connection, of: Column[str], account: str | None = None) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = select(of.table.c.account_id, of)
    if account is not None:
        rows = rows.where(of.table.c.account_id == account)
    for owner, value in tx.execute(rows):
        found[owner].add(value)
    return found
