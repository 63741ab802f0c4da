"""What follows from a change, in its transaction: messages, reminders, a line for statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, select

from services.appointments.records import Appointment, Booked, find, token_of
from services.appointments.reminding import BEFORE, plan
from services.appointments.slots import Slot
from services.appointments.tables import appointments
from services.events.acts import Event, record
from services.ids import new_id
from services.outbox.acts import Message, put

Kind = Literal["confirmed", "moved", "cancelled", "displaced", "phone", "reminder"]


class Compose(Protocol):
    """Writes the messages that tell the citizen of a change, in their language; none where there is no way to send one.

    `offers`: times that a displaced appointment could have instead.
    """

    def __call__(self, appointment: Appointment, kind: Kind, offers: Sequence[Slot] = ()) -> Sequence[Message]: ...


def tell(
    tx: Connection,
    appointment: Appointment,
    kind: Kind,
    now: datetime,
    compose: Compose,
    session: str | None = None,
    offers: Sequence[Slot] = (),
) -> Appointment:
    """Tell the citizen, remind them of the time if it is a new one, and record that it happened."""
    for message in compose(appointment, kind, offers):
        put(tx, message, now, appointment.id)
    if kind in {"confirmed", "moved"}:
        plan(tx, appointment, now)
    record_event(tx, appointment, kind, now, session)
    return appointment


def remind(
    tx: Connection, appointment: str, body: Mapping[str, Any], now: datetime, secret: str, compose: Compose
) -> None:
    """Do the reminder that `plan` wanted with `body`, unless the time is another by now, or will not be held.

    The row is kept from changing until the commit: what is cancelled at the same moment is not reminded of, or is
    cancelled after it. A day's reminder that comes so late that the hour's is due too is left out.
    """
    due = appointments.c.sequence == body["sequence"], appointments.c.state == "confirmed", appointments.c.starts > now
    row = select(appointments.c.starts).where(appointments.c.id == appointment, *due).with_for_update(read=True)
    starts = tx.scalar(row)
    if starts is None or (body["which"] == "day" and now >= starts - BEFORE["hour"]):
        return
    tell(tx, find(tx, token_of(secret, appointment)), "reminder", now, compose)


def record_event(
    tx: Connection, appointment: Booked, what: str, now: datetime, session: str | None = None, **data: int | str
) -> None:
    """Record `booking.WHAT`, with nothing about the citizen."""
    event = Event(
        now, f"booking.{what}", session or new_id(), appointment.language, appointment.unit, place=appointment.place,
        data={"topic": appointment.topic, **data},
    )  # fmt: skip
    record(tx, [event])
