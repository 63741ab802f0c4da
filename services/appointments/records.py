"""An appointment as the tables have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from services.appointments.tables import appointments, experts
from services.errors import NotFound
from services.ids import derived_token, digest


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment as it stands. `token` opens its page; `sequence` counts its changes; times are UTC."""

    id: str
    token: str
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


def token_of(secret: str, appointment: str) -> str:
    """The capability that opens an appointment; only its digest is stored."""
    return derived_token(secret, "appointment", appointment)


def find(tx: Connection, token: str) -> Appointment:
    """The appointment that `token` opens. Raises NotFound."""
    query = select(appointments, experts.c.title, experts.c.demo).join(experts)
    row = tx.execute(query.where(appointments.c.token_digest == digest(token))).first()
    if row is None:
        raise NotFound("appointment")
    return Appointment(
        id=row.id,
        token=token,
        expert=row.expert_id,
        expert_title=row.title,
        demo=row.demo,
        topic=row.topic,
        unit=row.unit,
        place=row.place,
        language=row.language,
        start=row.starts,
        end=row.ends,
        name=row.name,
        email=row.email,
        phone=row.phone,
        note=row.note,
        interpreter=row.interpreter,
        state=row.state,
        sequence=row.sequence,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
