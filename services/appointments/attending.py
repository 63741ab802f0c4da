"""What staff do to an appointment: who came, a call or nothing instead, the interpreter.

Whoever calls these has asked whether the appointment's unit is the actor's. Each leaves an entry in the audit, by the
account `by`; what is so already is left alone and leaves none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, update

from services.appointments import reserving
from services.appointments.acts import change
from services.appointments.life import mark, require_next
from services.appointments.records import Booked, InterpreterState, State, by_id, find, token_of
from services.appointments.tables import appointments, reservations, reserved_cells
from services.appointments.telling import Compose, record_event, tell
from services.appointments.wish import checked_reason
from services.audit.acts import note
from services.errors import Gone, Invalid

Ours = Literal["staff", "expert"]


def view(tx: Connection, appointment: str, by: str, now: datetime) -> Booked:
    """The appointment, for somebody whose look at it is written down. Raises NotFound."""
    note(tx, by, "appointment.viewed", appointment, now)
    return by_id(tx, appointment)


def check_in(tx: Connection, appointment: str, by: str, now: datetime) -> Booked:
    """The citizen is here. Raises NotFound, Gone, Conflict."""
    return _mark(tx, appointment, "checked_in", by, now, guest_came=True)


def begin(tx: Connection, appointment: str, by: str, now: datetime) -> Booked:
    """They have met and are talking, by whatever means. Raises as `check_in` does."""
    return _mark(tx, appointment, "in_progress", by, now, guest_came=True, host_came=True)


def finish(tx: Connection, appointment: str, by: str, now: datetime) -> Booked:
    """They met. Raises as `check_in` does."""
    return _mark(tx, appointment, "done", by, now, guest_came=True, host_came=True)


def no_show(tx: Connection, appointment: str, by: str, now: datetime, *, guest: bool, host: bool) -> Booked:
    """The citizen did not come (`guest`), or none of ours did (`host`), or neither.

    Raises as `check_in` does, and Invalid (`state`: nobody, too_early before the beginning).
    """
    if not (guest or host):
        raise Invalid("state", "nobody")
    if by_id(tx, appointment).start > now:
        raise Invalid("state", "too_early")
    return _mark(tx, appointment, "no_show", by, now, guest_came=not guest, host_came=not host)


def turn_into_call(tx: Connection, appointment: str, by: str, now: datetime, secret: str, compose: Compose) -> Booked:
    """The expert calls at the time instead; its room is free again, the expert's time is not, and the citizen is told.

    Raises NotFound, Gone, Conflict, and Invalid (`phone`: required, where none is known).
    """
    before = by_id(tx, appointment)
    if before.state == "phone":
        return before
    require_next(before, "phone")
    if before.phone is None:
        raise Invalid("phone", "required")
    if before.room is not None:
        _give_back_the_room(tx, before, before.room)
    change(tx, before, now, state="phone", room=None)
    note(tx, by, "appointment.phone", appointment, now)
    return tell(tx, find(tx, token_of(secret, appointment)), "phone", now, compose)


def cancel_by_us(
    tx: Connection,
    appointment: str,
    by: str,
    now: datetime,
    secret: str,
    compose: Compose,
    *,
    reason: str,
    who: Ours = "staff",
) -> Booked:
    """Give the time back; the citizen is told by whom and why, in the words of `reason`.

    Raises NotFound, Gone (begun, over), Conflict, and Invalid (`reason`: required, too_long, control).
    """
    reason = checked_reason(reason)
    before = by_id(tx, appointment)
    if before.state == "cancelled":
        return before
    require_next(before, "cancelled")
    if before.state != "displaced" and before.end <= now:
        raise Gone("appointment")
    reserving.release(tx, appointment)
    change(tx, before, now, state="cancelled", cancelled_by=who, reason=reason)
    note(tx, by, "appointment.cancelled", appointment, now)
    return tell(tx, find(tx, token_of(secret, appointment)), "cancelled", now, compose)


def set_interpreter(tx: Connection, appointment: str, state: InterpreterState, by: str, now: datetime) -> Booked:
    """How far the interpreter is: the unit orders one (Hallintolaki 26 §). `none`: there is none to be had.

    Raises NotFound, and Invalid (`interpreter`: not_wished).
    """
    before = by_id(tx, appointment)
    if before.interpreter is None:
        raise Invalid("interpreter", "not_wished")
    if before.interpreter_state == state:
        return before
    tx.execute(update(appointments).where(appointments.c.id == appointment).values(interpreter_state=state))
    note(tx, by, "appointment.interpreter", appointment, now, state=state)
    return by_id(tx, appointment)


def _mark(tx: Connection, appointment: str, state: State, by: str, now: datetime, **came: Any) -> Booked:
    before = by_id(tx, appointment)
    if before.state == state and all(getattr(before, name) == value for name, value in came.items()):
        return before
    if before.state != state:
        require_next(before, state)
    mark(tx, before, state, **came)
    note(tx, by, f"appointment.{state}", appointment, now)
    after = by_id(tx, appointment)
    record_event(tx, after, state, now)
    return after


def _give_back_the_room(tx: Connection, before: Booked, room: str) -> None:
    any_number = reserving.room(before.place, room, 0).removesuffix("0")
    for table in (reserved_cells, reservations):
        of_room = table.c.resource.startswith(any_number, autoescape=True)
        tx.execute(delete(table).where(table.c.owner == before.id, of_room))
