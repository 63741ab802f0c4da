"""What an expert offers, and whose it is to change: their own, and that of the experts of a unit to its lead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, or_, select

from services.accounts.records import Account, people, person
from services.accounts.rules import Actor, Right, Role, may
from services.accounts.tables import accounts
from services.appointments.calendars import shift_of
from services.appointments.shifts import Shift
from services.appointments.tables import absences, experts
from services.errors import Forbidden, NotFound
from services.ids import digest

Source = Literal["away", "ill", "feed"]
"""Where an absence comes from: the page, "fell ill", a calendar that is read from elsewhere."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What is served, in which languages, where and when; `daily_most`: how many appointments a day at most."""

    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    hours: tuple[Shift, ...] = ()
    daily_most: int | None = None

    @property
    def mark(self) -> str:
        """The same for the same supply: tells whether somebody else changed it meanwhile."""
        return digest(json.dumps(asdict(self), sort_keys=True))[:16]


@dataclass(frozen=True, slots=True)
class Absence:
    """When an expert is not there (UTC)."""

    id: str
    start: datetime
    end: datetime
    source: Source


@dataclass(frozen=True, slots=True)
class Keeper:
    """An account that is an expert's, with its calendar. `expert`: None where nothing was saved yet.

    `key` names it in addresses: the expert's id, or the account's where there is none.
    """

    account: Account
    expert: str | None
    unit: str
    supply: Supply

    @property
    def key(self) -> str:
        return self.expert or self.account.id


def keeper(tx: Connection, actor: Actor, key: str) -> Keeper:
    """The calendar of an expert's id or an account's. Raises NotFound; Forbidden where it is not the actor's to see."""
    mine = select(accounts.c.id).outerjoin_from(accounts, experts, experts.c.account_id == accounts.c.id)
    account = tx.scalar(mine.where(or_(experts.c.id == key, accounts.c.id == key)))
    found = person(tx, account) if account is not None else None
    if found is None or Role.EXPERT not in found.roles:
        raise NotFound("expert")
    if not may_keep(actor, found):
        raise Forbidden("another unit's expert")
    return _keeper(found, tx.execute(select(experts).where(experts.c.account_id == found.id)).first())


def keepers(tx: Connection, actor: Actor) -> list[Keeper]:
    """The calendars that `actor` may see, also those still empty, by name."""
    rows = {row.account_id: row for row in tx.execute(select(experts).where(experts.c.account_id.is_not(None)))}
    at_work = [each for each in people(tx) if Role.EXPERT in each.roles and not each.disabled]
    return [_keeper(each, rows.get(each.id)) for each in at_work if may_keep(actor, each)]


def may_keep(actor: Actor, account: Account) -> bool:
    """Whether the calendar is their own, or that of an expert of a unit that they lead."""
    own = may(actor, Right.CALENDARS, account=account.id)
    return own or any(may(actor, Right.CALENDARS, unit=unit) for unit in account.units)


def absences_of(tx: Connection, expert: str, start: datetime, end: datetime | None = None) -> list[Absence]:
    """The absences that touch [start, end), by start; all from `start` on where there is no end."""
    of = absences.c
    found = select(absences).where(of.expert_id == expert, of.ends > start).order_by(of.starts, of.id)
    rows = tx.execute(found if end is None else found.where(of.starts < end))
    return [Absence(row.id, row.starts, row.ends, row.source) for row in rows]


def written(hours: Sequence[Shift]) -> list[dict[str, Any]]:
    """Shifts as the table has them."""
    return [asdict(shift) for shift in hours]


def _keeper(account: Account, row: Row[Any] | None) -> Keeper:
    if row is None:
        return Keeper(account, None, min(account.units, default=""), Supply())
    hours = tuple(map(shift_of, row.hours))
    supply = Supply(tuple(row.topics), tuple(row.languages), tuple(row.places), hours, row.daily_most)
    unit = row.unit if row.unit in account.units else min(account.units, default="")
    return Keeper(account, row.id, unit, supply)
