"""Booking, moving and cancelling. What can be booked is looked up; what is booked is decided by the database alone.

There is no "is it free?" before the write that could be trusted: the cells are inserted, and the primary key of
`reserved_cells` refuses the second of two, however close they come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from services.appointments.bookable import Bookable
from services.appointments.calendars import load_calendar
from services.appointments.holding import release_expired, take_over
from services.appointments.records import COMING, Appointment, Booked, find, token_of
from services.appointments.reserving import release
from services.appointments.tables import appointments
from services.appointments.taking import Choice, choose, take, take_also
from services.appointments.telling import Compose, Kind, tell
from services.appointments.wish import Wish
from services.errors import Conflict, Gone, Invalid
from services.events.acts import Event, record
from services.ids import digest, new_id

__all__ = ["Appointment", "Compose", "Kind", "Wish", "book", "booking_act", "cancel", "find", "load_calendar", "move",
           "record_refusal", "token_of"]  # fmt: skip


_BOOK = insert(appointments)  # built once, as everything that each booking says


def book(
    tx: Connection, wish: Wish, topics: Sequence[Bookable], now: datetime, secret: str, compose: Compose
) -> Appointment:
    """Take the wished slot; appointment, time, messages and event are one transaction.

    A hold that has ended is no harm: the slot may still be free. Raises Invalid (field `slot`, `topic`, `place`,
    `language`), SlotTaken or CitizenBusy; then nothing is written.
    """
    release_expired(tx, now)
    held = take_over(tx, wish, now) if wish.hold else None
    chosen = choose(
        tx, wish.slot, topics, now, interpreted=wish.interpreter is not None, language=wish.language,
        same_expert=wish.same_expert, but=wish.id,
    )  # fmt: skip
    _agree(chosen, topic=wish.topic, place=wish.place)
    if held is not None:
        take_also(tx, wish.id, chosen, wish.citizen, now)
    room = held.room if held else take(tx, wish.id, chosen, wish.citizen, now)
    token = token_of(secret, wish.id)
    slot = chosen.slot
    row = {
        "id": wish.id,
        "token_digest": digest(token),
        "expert_id": slot.expert,
        "topic": slot.topic,
        "unit": chosen.topic.unit,
        "place": slot.place,
        "room": room,
        "language": wish.language,
        "starts": slot.start,
        "ends": slot.end,
        "name": wish.name,
        "email": wish.email,
        "phone": wish.phone,
        "note": wish.note,
        "needs": list(wish.needs),
        "interpreter": wish.interpreter,
        "interpreter_state": "wanted" if wish.interpreter else None,
        "same_expert": wish.same_expert,
        "citizen": wish.citizen,
        "state": "confirmed",
        "sequence": 0,
        "created_at": now,
        "changed_at": now,
    }
    tx.execute(_BOOK, row)
    return tell(tx, find(tx, token), "confirmed", now, compose, wish.session)


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

    So does one get a new time whose expert cannot come. A second move to the same slot changes nothing. Raises
    NotFound, Gone (cancelled, begun or over), Invalid, SlotTaken, CitizenBusy.
    """
    before = find(tx, token)
    if before.state not in {"confirmed", "displaced"} or (before.state == "confirmed" and before.end <= now):
        raise Gone("appointment")
    release_expired(tx, now)
    chosen = choose(
        tx, slot_id, topics, now, interpreted=before.interpreter is not None, language=before.language,
        same_expert=before.same_expert, but=before.id,
    )  # fmt: skip
    _agree(chosen, topic=before.topic)
    slot = chosen.slot
    if before.state == "confirmed" and _same(before, chosen):
        return before
    with tx.begin_nested():
        release(tx, before.id)
        room = take(tx, before.id, chosen, before.citizen, now)
        values = {"expert_id": slot.expert, "place": slot.place, "room": room, "starts": slot.start, "ends": slot.end}
        change(tx, before, now, state="confirmed", **values)
    return tell(tx, find(tx, token), "moved", now, compose)


def cancel(
    tx: Connection, token: str, now: datetime, compose: Compose, by: str = "citizen", reason: str | None = None
) -> Appointment:
    """Give the time back. A second cancel changes nothing. Raises NotFound, Gone (over)."""
    before = find(tx, token)
    if before.state == "cancelled":
        return before
    if before.state not in {*COMING, "displaced"} or (before.state != "displaced" and before.end <= now):
        raise Gone("appointment")
    release(tx, before.id)
    change(tx, before, now, state="cancelled", cancelled_by=by, reason=reason)
    return tell(tx, find(tx, token), "cancelled", now, compose)


def change(tx: Connection, before: Booked, now: datetime, **values: Any) -> None:
    """Write `values` as the next in the appointment's sequence. Raises Conflict where another change was faster."""
    after = update(appointments).where(appointments.c.id == before.id, appointments.c.sequence == before.sequence)
    if tx.execute(after.values(sequence=before.sequence + 1, changed_at=now, **values)).rowcount != 1:
        raise Conflict("the appointment was changed meanwhile")


def record_refusal(tx: Connection, wish: Wish, unit: str | None, now: datetime) -> None:
    """Record that a time was taken before this wish came: a want of times that statistics should see."""
    session = wish.session or new_id()
    data = {"topic": wish.topic}
    record(tx, [Event(now, "booking.refused", session, wish.language, unit, place=wish.place, data=data)])


def _agree(chosen: Choice, *, topic: str, place: str | None = None) -> None:
    if topic != chosen.slot.topic:
        raise Invalid("topic", "other_slot")
    if place is not None and place != chosen.slot.place:
        raise Invalid("place", "other_slot")


def _same(before: Booked, chosen: Choice) -> bool:
    slot = chosen.slot
    return (slot.expert, slot.place, slot.start) == (before.expert, before.place, before.start)
