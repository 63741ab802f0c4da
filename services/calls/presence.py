"""Who is there to be called: a page of theirs is open, they are signed in, and nothing of theirs is on or about to be.

An open page says every few seconds that it is there. That a page was closed is not told: it is open again a moment
later when somebody goes from one page to the next.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from services.accounts import sessions
from services.accounts.rules import Role
from services.accounts.tables import account_roles, account_units, accounts
from services.appointments import reserving
from services.appointments.shifts import cell_of, cells_in
from services.appointments.tables import experts, reserved_cells
from services.calls.tables import presence

PRESENT = timedelta(seconds=45)
LEAST = 5
"""So many minutes must be free at least, besides the buffer of the next appointment."""

UNTOLD = ("fi",)
"""What an expert speaks who has not told."""


@dataclass(frozen=True, slots=True)
class Present:
    """An expert who can be called now, and what they speak."""

    account: str
    languages: tuple[str, ...]


def appear(tx: Connection, account: str, now: datetime, available: bool | None = None) -> bool:
    """`account` is here; whether it can be called. `available`: what it wishes, as before where None, at first yes."""
    wished = {} if available is None else {"available": available}
    mine = update(presence).where(presence.c.account_id == account).values(seen_at=now, **wished)
    is_available: bool | None = tx.scalar(mine.returning(presence.c.available))
    if is_available is None:
        is_available = available is not False
        tx.execute(insert(presence).values(account_id=account, seen_at=now, available=is_available))
    return is_available


def present(tx: Connection, units: Collection[str], now: datetime, buffer: int = 0) -> dict[str, list[Present]]:
    """The experts of each of `units` who can be called; units without any are left out. `buffer`: minutes.

    They have the role and the unit, a session, a page that is open, and the wish to be called, and no appointment that
    goes on or begins so soon.
    """
    found = (
        select(account_units.c.unit, accounts.c.id, experts.c.languages)
        .select_from(presence)
        .join(accounts, accounts.c.id == presence.c.account_id)
        .join(account_units, account_units.c.account_id == accounts.c.id)
        .join(account_roles, account_roles.c.account_id == accounts.c.id)
        .outerjoin(experts, experts.c.account_id == accounts.c.id)
        .where(presence.c.seen_at > now - PRESENT, presence.c.available, accounts.c.disabled.is_(False))
        .where(account_roles.c.role == Role.EXPERT, account_units.c.unit.in_(units))
        .order_by(accounts.c.id)
    )
    rows = tx.execute(found).all()
    able = {row.id for row in rows if sessions.of(tx, row.id, now)} - _busy(tx, {row.id for row in rows}, now, buffer)
    there: dict[str, list[Present]] = {}
    for row in rows:
        if row.id in able:
            there.setdefault(row.unit, []).append(Present(row.id, tuple(row.languages or UNTOLD)))
    return there


def _busy(tx: Connection, those: Collection[str], now: datetime, buffer: int) -> set[str]:
    """Those of whose time something is reserved now or soon."""
    of = {row.id: row.account_id for row in tx.execute(select(experts).where(experts.c.account_id.in_(those)))}
    resources = {reserving.expert(expert): account for expert, account in of.items()}
    first = cell_of(now)
    soon = reserved_cells.c.cell >= first, reserved_cells.c.cell <= first + cells_in(LEAST + buffer)
    taken = select(reserved_cells.c.resource).where(reserved_cells.c.resource.in_(resources), *soon).distinct()
    return {resources[resource] for resource in tx.scalars(taken)}
