"""The life of an appointment: which state may follow which, and what is seen of it in its room.

confirmed ─ checked_in ─ in_progress ─ done | no_show; before it has begun also cancelled, phone (the expert calls
instead) or displaced (the expert cannot come, and the citizen chooses another time). What is written of who came can
be put right afterwards: done, no_show and in_progress lead to each other.

Who came is not when and where: it is no news for calendars, so `sequence` and `changed_at` stay (RFC 5546, 2.1.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, case, or_, update

from services.appointments import reserving
from services.appointments.records import Booked, State
from services.appointments.shifts import cell_of
from services.appointments.tables import appointments
from services.errors import Conflict, Gone

TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        "confirmed": frozenset({"checked_in", "in_progress", "done", "no_show", "cancelled", "phone", "displaced"}),
        "checked_in": frozenset({"in_progress", "done", "no_show", "cancelled", "phone", "displaced"}),
        "in_progress": frozenset({"done", "phone"}),
        "displaced": frozenset({"confirmed", "cancelled", "phone"}),
        "done": frozenset({"no_show", "in_progress"}),
        "no_show": frozenset({"done", "in_progress", "checked_in"}),
        "phone": frozenset(),
        "cancelled": frozenset(),
    }
)
"""Which states may follow. Moving and its new confirmation stay within `confirmed`."""

SETTLED_AFTER = timedelta(minutes=60)
"""How long after its end an appointment's room is open: then nobody can come any more."""

KEPT = timedelta(days=2)
"""How long it is kept which times were taken."""

AT_HOME = "home"


def require_next(before: Booked, state: State) -> None:
    """Raise Gone where `state` cannot follow any more."""
    if state not in TRANSITIONS[before.state]:
        raise Gone(f"an appointment that is {before.state} cannot become {state}")


def mark(tx: Connection, before: Booked, state: State, **values: Any) -> None:
    """Write who came, which calendars need not know. Raises Conflict where another change was faster."""
    as_it_was = appointments.c.sequence == before.sequence, appointments.c.state == before.state
    after = update(appointments).where(appointments.c.id == before.id, *as_it_was).values(state=state, **values)
    if tx.execute(after).rowcount != 1:
        raise Conflict("the appointment was changed meanwhile")


def seen_in_room(tx: Connection, appointment: str, who: Literal["citizen", "host"]) -> None:
    """Somebody came to the appointment's room: the citizen (into the waiting room), or one of ours."""
    came = appointments.c.guest_came if who == "citizen" else appointments.c.host_came
    values: dict[str, Any] = {came.name: True}
    new: ColumnElement[bool] = came.is_not(True)
    if who == "citizen":
        values["state"] = case((appointments.c.state == "confirmed", "checked_in"), else_=appointments.c.state)
        new = or_(new, appointments.c.state == "confirmed")
    tx.execute(update(appointments).where(appointments.c.id == appointment, new).values(values))


def begun_in_room(tx: Connection, appointment: str, now: datetime) -> None:
    """A citizen was let in. Who comes back before the end, after all had left, goes on with the same one."""
    begins = or_(
        appointments.c.state.in_(("confirmed", "checked_in", "no_show")),
        and_(appointments.c.state == "done", appointments.c.ends > now),
    )
    values = {"state": "in_progress", "guest_came": True, "host_came": True}
    tx.execute(update(appointments).where(appointments.c.id == appointment, begins).values(values))


def ended_in_room(tx: Connection, appointment: str) -> None:
    """The last one left after the meeting had begun."""
    ongoing = appointments.c.id == appointment, appointments.c.state == "in_progress"
    tx.execute(update(appointments).where(*ongoing).values(state="done"))


def close(tx: Connection, now: datetime) -> None:
    """Settle what was seen of appointments that nobody can come to any more.

    Both came: done. From home there is no other way than the room, so where one of the two came to it, the other did
    not. At a place they may have met without it (the citizen sits before a colleague's screen, the video did not work
    and somebody helped): what was not seen stays unknown, as confirmed or checked in, until a person says what
    happened. A no-show that a machine made up is worse than none.
    """
    over = appointments.c.ends <= now - SETTLED_AFTER
    guest, host = appointments.c.guest_came, appointments.c.host_came
    waiting = appointments.c.state.in_(("confirmed", "checked_in"))
    met = or_(appointments.c.state == "in_progress", and_(waiting, guest.is_(True), host.is_(True)))
    tx.execute(update(appointments).where(over, met).values(state="done"))
    for came, missed in ((guest, host), (host, guest)):
        alone = over, waiting, appointments.c.place == AT_HOME, came.is_(True), missed.is_not(True)
        tx.execute(update(appointments).where(*alone).values({"state": "no_show", missed.name: False}))


def forget_past(tx: Connection, now: datetime) -> None:
    """Forget which times were taken, once nobody asks any more; appointments keep theirs."""
    reserving.forget_past(tx, cell_of(now - KEPT))
