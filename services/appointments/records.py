"""An appointment as the tables have it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, select

from services.accounts.tables import accounts
from services.appointments.tables import appointments, experts
from services.errors import NotFound
from services.ids import derived_token, digest

State = Literal["confirmed", "displaced", "checked_in", "in_progress", "done", "no_show", "cancelled", "phone"]
"""`displaced`: its expert cannot, and the citizen has not chosen another time yet. `phone`: turned into a call."""

InterpreterState = Literal["wanted", "ordered", "confirmed", "none"]

COMING: tuple[State, ...] = ("confirmed", "checked_in", "in_progress")
"""The states of an appointment that will be held or is being held."""


@dataclass(frozen=True, slots=True)
class Booked:
    """One appointment as it stands. `sequence` counts its changes; times are UTC.

    `guest_came`, `host_came`: None where it is not known or does not matter. `cancelled_by`: citizen, staff or expert.
    """

    id: str
    expert: str
    expert_title: dict[str, str]
    demo: bool
    topic: str
    unit: str
    place: str
    room: str | None
    language: str
    start: datetime
    end: datetime
    name: str
    email: str | None
    phone: str | None
    note: str | None
    needs: tuple[str, ...]
    interpreter: str | None
    interpreter_state: InterpreterState | None
    same_expert: bool
    citizen: str | None
    state: State
    guest_came: bool | None
    host_came: bool | None
    cancelled_by: str | None
    reason: str | None
    sequence: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Appointment(Booked):
    """One appointment for whom it belongs to: `token` opens its page, and is not known from the tables."""

    token: str


def token_of(secret: str, appointment: str) -> str:
    """The capability that opens an appointment; only its digest is stored."""
    return derived_token(secret, "appointment", appointment)


def find(tx: Connection, token: str) -> Appointment:
    """The appointment that `token` opens. Raises NotFound."""
    row = tx.execute(_BY_TOKEN, {"digest": digest(token)}).first()
    if row is None:
        raise NotFound("appointment")
    return Appointment(**_fields(row), token=token)


def by_id(tx: Connection, appointment: str) -> Booked:
    """One appointment, for staff. Raises NotFound."""
    row = tx.execute(_ALL.where(appointments.c.id == appointment)).first()
    if row is None:
        raise NotFound("appointment")
    return Booked(**_fields(row))


def of_units(tx: Connection, units: Collection[str], start: datetime, end: datetime) -> list[Booked]:
    """All appointments of `units` that touch [start, end), cancelled ones too, by start."""
    touching = appointments.c.starts < end, appointments.c.ends > start
    found = _ALL.where(appointments.c.unit.in_(units), *touching).order_by(appointments.c.starts, appointments.c.id)
    return [Booked(**_fields(row)) for row in tx.execute(found)]


def of_expert(tx: Connection, expert: str, start: datetime, end: datetime) -> list[Booked]:
    """All appointments of an expert that touch [start, end), cancelled ones too, by start."""
    touching = appointments.c.starts < end, appointments.c.ends > start
    found = _ALL.where(appointments.c.expert_id == expert, *touching).order_by(appointments.c.starts, appointments.c.id)
    return [Booked(**_fields(row)) for row in tx.execute(found)]


def displaced_of(tx: Connection, units: Collection[str]) -> list[Booked]:
    """All appointments of `units` that wait for another time, by the one that they had, however long that is past."""
    waiting = appointments.c.unit.in_(units), appointments.c.state == "displaced"
    found = _ALL.where(*waiting).order_by(appointments.c.starts, appointments.c.id)
    return [Booked(**_fields(row)) for row in tx.execute(found)]


_ALL = (
    select(appointments, experts.c.title, experts.c.demo, accounts.c.title.label("account_title"))
    .join_from(appointments, experts)
    .outerjoin(accounts, accounts.c.id == experts.c.account_id)
)

_BY_TOKEN = _ALL.where(appointments.c.token_digest == bindparam("digest"))


def _fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "expert": row.expert_id,
        "expert_title": row.account_title or row.title,
        "demo": row.demo,
        "topic": row.topic,
        "unit": row.unit,
        "place": row.place,
        "room": row.room,
        "language": row.language,
        "start": row.starts,
        "end": row.ends,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "note": row.note,
        "needs": tuple(row.needs),
        "interpreter": row.interpreter,
        "interpreter_state": row.interpreter_state,
        "same_expert": row.same_expert,
        "citizen": row.citizen,
        "state": row.state,
        "guest_came": row.guest_came,
        "host_came": row.host_came,
        "cancelled_by": row.cancelled_by,
        "reason": row.reason,
        "sequence": row.sequence,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    }
