"""An appointment as the tables have it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from services.appointments.tables import appointments, experts
from services.errors import NotFound
from services.ids import derived_token, digest


@dataclass(frozen=True, slots=True)
class Booked:
    """One appointment as it stands. `sequence` counts its changes; times are UTC."""

    id: str
    expert: str
    expert_title: dict[str, str]
    demo: bool
    topic: str
    unit: str
    place: str
    language: str
    start: datetime
    end: datetime
    name: str
    email: str | None
    phone: str | None
    note: str | None
    interpreter: str | None
    state: Literal["confirmed", "cancelled"]
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
    row = tx.execute(_ALL.where(appointments.c.token_digest == digest(token))).first()
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


_ALL = select(appointments, experts.c.title, experts.c.demo).join(experts)


def _fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "expert": row.expert_id,
        "expert_title": row.title,
        "demo": row.demo,
        "topic": row.topic,
        "unit": row.unit,
        "place": row.place,
        "language": row.language,
        "start": row.starts,
        "end": row.ends,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "note": row.note,
        "interpreter": row.interpreter,
        "state": row.state,
        "sequence": row.sequence,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    }
