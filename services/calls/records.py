"""Calls as they are read, and what listeners of the bell call those who are told of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, select

from services.accounts.tables import accounts
from services.calls.tables import calls, rung
from services.errors import NotFound

State = Literal["ringing", "accepted", "nobody", "withdrawn"]

MISSED: tuple[State, ...] = ("nobody", "withdrawn")
"""The states of a call that nobody accepted and nobody can any more."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call for an expert of `unit`, made at a place with a citizen; times are UTC.

    `rung`: the accounts that were rung. `taken_by`: who accepted, with their role title by language. `appointment`: the
    one that began with it, or that was booked instead.
    """

    id: str
    unit: str
    topic: str
    place: str
    language: str
    made_by: str
    made_at: datetime
    until: datetime
    state: State
    taken_by: str | None
    title: dict[str, str]
    appointment: str | None
    rung: tuple[str, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """The accounts that hear of it."""
        return (self.made_by, *self.rung)


def channel(account: str) -> str:
    """What listeners of the bell call the calls of an account."""
    return f"calls/{account}"


def call_of(tx: Connection, call: str) -> Call:
    """One call. Raises NotFound."""
    row = tx.execute(_all().where(calls.c.id == call)).first()
    if row is None:
        raise NotFound("call")
    return _call(tx, row)


def ringing(tx: Connection, account: str, now: datetime) -> list[Call]:
    """The calls that ring for `account` and that it has not declined, the oldest first."""
    mine = select(rung.c.call_id).where(rung.c.account_id == account, rung.c.declined.is_(False))
    found = _all().where(calls.c.id.in_(mine), calls.c.state == "ringing", calls.c.until > now)
    return [_call(tx, row) for row in tx.execute(found.order_by(calls.c.made_at, calls.c.id)).all()]


def brought(tx: Connection, account: str, appointment: str) -> bool:
    """Whether the appointment began with a call that `account` made."""
    began = calls.c.appointment_id == appointment, calls.c.state == "accepted", calls.c.made_by == account
    return tx.execute(select(calls.c.id).where(*began).limit(1)).first() is not None


def _all() -> Select[Any]:
    return select(calls, accounts.c.title).select_from(calls).outerjoin(accounts, accounts.c.id == calls.c.taken_by)


def _call(tx: Connection, row: Row[Any]) -> Call:
    who = select(rung.c.account_id).where(rung.c.call_id == row.id).order_by(rung.c.account_id)
    return Call(
        id=row.id,
        unit=row.unit,
        topic=row.topic,
        place=row.place,
        language=row.language,
        made_by=row.made_by,
        made_at=row.made_at,
        until=row.until,
        state=row.state,
        taken_by=row.taken_by,
        title=row.title or {},
        appointment=row.appointment_id,
        rung=tuple(tx.scalars(who)),
    )
