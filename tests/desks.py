"""Appointments put straight into the tables: at any moment, of any unit, in any state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from services.appointments.records import token_of
from services.appointments.tables import appointments, experts
from services.ids import digest, new_id


def appoint(tx: Connection, start: datetime, *, secret: str | None = None, **other: Any) -> str:
    """The id of a new appointment of 20 minutes, if `other` says no other end; with a demo expert of its unit.

    `secret`: the installation's, so that its page's token is the one that the product derives.
    """
    appointment = new_id()
    values = {
        "id": appointment,
        "token_digest": digest(appointment if secret is None else token_of(secret, appointment)),
        "topic": "pysakointi",
        "unit": "pysakointi",
        "place": "home",
        "language": "fi",
        "starts": start,
        "ends": start + timedelta(minutes=20),
        "name": "Karhu",
        "email": "karhu@example.fi",
        "needs": [],
        "same_expert": False,
        "state": "confirmed",
        "sequence": 0,
        "created_at": start - timedelta(days=7),
        "changed_at": start - timedelta(days=7),
        **other,
    }
    expert = f"desk-{values['unit']}"
    if tx.scalar(select(experts.c.id).where(experts.c.id == expert)) is None:
        title = {"fi": "pysäköintineuvoja", "sv": "parkeringsrådgivare", "en": "parking adviser"}
        lists: dict[str, list[str]] = {name: [] for name in ("topics", "languages", "places", "hours")}
        tx.execute(insert(experts).values(id=expert, unit=values["unit"], title=title, demo=True, version=1, **lists))
    tx.execute(insert(appointments).values(expert_id=expert, **values))
    return appointment
