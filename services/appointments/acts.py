"""Booking, moving and cancelling. What can be booked is looked up; what is booked is decided by the database alone.

There is no "is it free?" before the write: the cells are inserted, and the primary key of `reserved_time` refuses the
second of two, however close they come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import IntegrityError

from services.appointments.calendars import alternatives, existing_slot, is_reserved, load_calendar
from services.appointments.records import Appointment, find, token_of
from services.appointments.slots import Bookable, Slot, cells
from services.appointments.tables import appointments, reserved_time
from services.appointments.wish import Wish
from services.errors import Conflict, Gone, Invalid, SlotTaken
from services.events.acts import Event, record
from services.ids import digest, new_id
from services.outbox.acts import Mail, put

__all__ = ["Appointment", "Compose", "Kind", "Wish", "book", "booking_act", "cancel", "find", "load_calendar", "move",
           "record_refusal", "token_of"]  # fmt: skip

Kind = Literal["confirmed", "moved", "cancelled"]
Compose = Callable[[Appointment, Kind], Mail | None]
"""The mail that tells of a change; None where there is no address to send it to."""


def book(
    tx: Connection, wish: Wish, topics: Sequence[Bookable], now: datetime, secret: str, compose: Compose
) -> Appointment:
    """Reserve the wished slot; appointment, time, mail and event are one transaction.

    Raises Invalid (field `slot`, `topic`, `place`, `language`) or SlotTaken; then nothing is written.
    """
    slot, topic = _slot_and_topic(tx, wish.slot, topics, now)
    _agree(slot, topic=wish.topic, place=wish.place, language=wish.language)
    token = token_of(secret, wish.id)
    with _or_taken(tx, slot, topic, wish.id, topics, wish.language, now):
        tx.execute(
            insert(appointments).values(
                id=wish.id,
                token_digest=digest(token),
                expert_id=slot.expert,
                topic=slot.topic,
                unit=topic.unit,
                place=slot.place,
                language=wish.language,
                starts=slot.start,
                ends=slot.end,
                name=wish.name,
                email=wish.email,
                phone=wish.phone,
                note=wish.note,
                interpreter=wish.interpreter,
                state="confirmed",
                sequence=0,
                created_at=now,
                changed_at=now,
            )
        )
        _reserve(tx, slot, topic, wish.id)
    return _tell(tx, find(tx, token), "confirmed", now, compose, wish.session)


def booking_act(
    wish: Wish, topics: Sequence[Bookable], now: datetime, secret: str, compose: Compose
) -> Callable[[Connection], None]:
    """`book` as one act among others of a conversation's turn; what it refuses takes the whole turn back."""

    def act(tx: Connection) -> None:
        book(tx, wish, topics, now, secret, compose)

    return act


def move(
    tx: Connection, token: str, slot_id: str, topics: Sequence[Bookable], now: datetime, compose: Compose
) -> Appointment:
    """Give the appointment another slot of the same topic; the old time is free with the same commit.

    A second move to the same slot changes nothing. Raises NotFound, Gone (cancelled or over), Invalid, SlotTaken.
    """
    before = find(tx, token)
    if before.state != "confirmed" or before.end <= now:
        raise Gone("appointment")
    if _same(before, slot_id, topics, now, tx):
        return before
    slot, topic = _slot_and_topic(tx, slot_id, topics, now)
    _agree(slot, topic=before.topic, language=before.language)
    with _or_taken(tx, slot, topic, before.id, topics, before.language, now):
        _release(tx, before)
        _reserve(tx, slot, topic, before.id)
        values = {"expert_id": slot.expert, "place": slot.place, "starts": slot.start, "ends": slot.end}
        _change(tx, before, now, values)
    return _tell(tx, find(tx, token), "moved", now, compose)


def cancel(tx: Connection, token: str, now: datetime, compose: Compose) -> Appointment:
    """Give the time back. A second cancel changes nothing. Raises NotFound, Gone (over)."""
    before = find(tx, token)
    if before.state == "cancelled":
        return before
    if before.end <= now:
        raise Gone("appointment")
    _release(tx, before)
    _change(tx, before, now, {"state": "cancelled"})
    return _tell(tx, find(tx, token), "cancelled", now, compose)


def record_refusal(tx: Connection, wish: Wish, unit: str | None, now: datetime) -> None:
    """Record that a time was taken before this wish came: a want of times that statistics should see."""
    session = wish.session or new_id()
    data = {"topic": wish.topic}
    record(tx, [Event(now, "booking.refused", session, wish.language, unit, place=wish.place, data=data)])


def _slot_and_topic(tx: Connection, slot_id: str, topics: Sequence[Bookable], now: datetime) -> tuple[Slot, Bookable]:
    slot = existing_slot(tx, slot_id, topics, now)
    if slot is None:
        raise Invalid("slot", "slot")
    return slot, next(topic for topic in topics if topic.id == slot.topic)


def _agree(slot: Slot, *, topic: str, language: str, place: str | None = None) -> None:
    if topic != slot.topic:
        raise Invalid("topic", "other_slot")
    if place is not None and place != slot.place:
        raise Invalid("place", "other_slot")
    if language not in slot.languages:
        raise Invalid("language", "language")


@contextmanager
def _or_taken(
    tx: Connection,
    slot: Slot,
    topic: Bookable,
    appointment: str,
    topics: Sequence[Bookable],
    language: str,
    now: datetime,
) -> Iterator[None]:
    """A savepoint; a reservation that the primary key refuses takes back what was written in it.

    Who lost by a hair does not see the winner yet on PostgreSQL, and would offer the taken time again: then the refusal
    goes out as it is, and the act runs again on a snapshot in which the winner stands (`services/postgres.py`).
    """
    try:
        with tx.begin_nested():
            yield
    except IntegrityError as error:
        if not is_reserved(tx, slot, topic, appointment):
            raise
        raise SlotTaken(alternatives(tx, slot, topics, language, now)) from error


def _reserve(tx: Connection, slot: Slot, topic: Bookable, appointment: str) -> None:
    rows = [{"expert_id": slot.expert, "at": at, "appointment_id": appointment} for at in cells(slot.start, topic)]
    tx.execute(insert(reserved_time), rows)


def _release(tx: Connection, appointment: Appointment) -> None:
    tx.execute(delete(reserved_time).where(reserved_time.c.appointment_id == appointment.id))


def _change(tx: Connection, before: Appointment, now: datetime, values: dict[str, Any]) -> None:
    change = update(appointments).where(appointments.c.id == before.id, appointments.c.sequence == before.sequence)
    if tx.execute(change.values(sequence=before.sequence + 1, changed_at=now, **values)).rowcount != 1:
        raise Conflict("the appointment was changed meanwhile")


def _same(before: Appointment, slot_id: str, topics: Sequence[Bookable], now: datetime, tx: Connection) -> bool:
    slot = existing_slot(tx, slot_id, topics, now)
    return slot is not None and (slot.expert, slot.place, slot.start) == (before.expert, before.place, before.start)


def _tell(
    tx: Connection, appointment: Appointment, kind: Kind, now: datetime, compose: Compose, session: str | None = None
) -> Appointment:
    mail = compose(appointment, kind)
    if mail is not None:
        put(tx, mail, now, appointment.id)
    event = Event(
        now, f"booking.{kind}", session or new_id(), appointment.language, appointment.unit, place=appointment.place,
        data={"topic": appointment.topic},
    )  # fmt: skip
    record(tx, [event])
    return appointment
