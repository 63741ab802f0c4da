"""Taking what an appointment needs: its expert's time, a place in the day, a room, and the citizen's own time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from services.appointments import reserving
from services.appointments.bookable import Bookable
from services.appointments.calendar import Calendar
from services.appointments.calendars import alternatives, existing_slot
from services.appointments.reserving import Taken, reserve, taken
from services.appointments.shifts import cell_of, cells_in, span
from services.appointments.slots import Slot
from services.errors import CitizenBusy, Invalid, SlotTaken

Unit = TypeVar("Unit")


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot that somebody wants, with the calendar of its day. `interpreted`: it takes longer."""

    slot: Slot
    topic: Bookable
    calendar: Calendar
    topics: Sequence[Bookable]
    interpreted: bool
    language: str
    same_expert: bool = False

    @property
    def first(self) -> int:
        return cell_of(self.slot.start)

    @property
    def cells(self) -> int:
        return cells_in(self.topic.length(interpreted=self.interpreted) + self.topic.buffer)


def choose(
    tx: Connection,
    slot_id: str,
    topics: Sequence[Bookable],
    now: datetime,
    *,
    interpreted: bool,
    language: str | None = None,
    same_expert: bool = False,
    but: str | None = None,
) -> Choice:
    """The slot of that id. `language`: in any of its languages where None; `but`: whose own time does not count.

    Raises Invalid (`slot`: there is no such slot; `language`: not spoken).
    """
    calendar, slot = existing_slot(tx, slot_id, topics, now, but)
    if slot is None:
        raise Invalid("slot", "slot")
    if language is not None and language not in slot.languages:
        raise Invalid("language", "language")
    topic = next(topic for topic in topics if topic.id == slot.topic)
    spoken = language or slot.languages[0]
    if interpreted:
        slot = calendar.slot(slot_id, interpreted=True) or slot
    return Choice(slot, topic, calendar, topics, interpreted, spoken, same_expert)


def take(tx: Connection, owner: str, chosen: Choice, citizen: str | None, now: datetime) -> str | None:
    """Take it for `owner`, and the time of `citizen`; the id of the room, None where no room is needed.

    Raises SlotTaken and CitizenBusy with the nearest free slots, and has taken nothing then; on PostgreSQL, what was
    taken by somebody who is not seen yet raises IntegrityError, and the act runs again (`services/postgres.py`).
    """
    if not chosen.calendar.is_free(chosen.slot, interpreted=chosen.interpreted):
        raise _refusal(tx, chosen, now)
    wanted = [Taken(reserving.expert(chosen.slot.expert), chosen.first, chosen.cells), *_seat(chosen, owner)]
    room, of_room = _room(chosen, owner)
    theirs = _of(citizen, chosen)
    with _or_refused(tx, chosen, theirs, now):
        reserve(tx, owner, [*wanted, *of_room, *theirs])
    return room


def take_also(tx: Connection, owner: str, chosen: Choice, citizen: str | None, now: datetime) -> None:
    """Take the citizen's own time as well, where the rest is `owner`'s already.

    Raises CitizenBusy, and SlotTaken where the expert became absent since then.
    """
    if not chosen.calendar.is_free(chosen.slot, interpreted=chosen.interpreted):
        raise _refusal(tx, chosen, now)
    theirs = _of(citizen, chosen)
    if not theirs:
        return
    with _or_refused(tx, chosen, theirs, now):
        reserve(tx, owner, theirs)


@contextmanager
def _or_refused(tx: Connection, chosen: Choice, theirs: Sequence[Taken], now: datetime) -> Iterator[None]:
    """A savepoint; what the primary key refuses takes back what was written in it.

    Who lost by a hair does not see the winner yet on PostgreSQL, and would offer the taken time again: then the refusal
    goes out as it is.
    """
    try:
        with tx.begin_nested():
            yield
    except IntegrityError:
        if theirs and taken(tx, [each.resource for each in theirs], theirs[0].first, theirs[0].cells):
            raise _refusal(tx, chosen, now, theirs[0].resource) from None
        if taken(tx, [reserving.expert(chosen.slot.expert)], chosen.first, chosen.cells):
            raise _refusal(tx, chosen, now) from None
        raise


def _refusal(tx: Connection, chosen: Choice, now: datetime, citizen: str | None = None) -> SlotTaken:
    """The refusal with the nearest free slots; `citizen`: the resource, where it is their time that is taken."""
    expert = chosen.slot.expert if chosen.same_expert else None
    others = alternatives(
        tx, chosen.slot, chosen.topics, chosen.language, now, interpreted=chosen.interpreted, expert=expert,
        busy=citizen,
    )  # fmt: skip
    return SlotTaken(others) if citizen is None else CitizenBusy(others)


def _of(citizen: str | None, chosen: Choice) -> list[Taken]:
    """The citizen's own time: as long as the appointment, without the expert's buffer."""
    length = cells_in(chosen.topic.length(interpreted=chosen.interpreted))
    return [Taken(reserving.citizen(citizen), chosen.first, length)] if citizen else []


def _seat(chosen: Choice, owner: str) -> list[Taken]:
    """One of the day's appointments that the expert has not given away; none where they take any number."""
    who = chosen.calendar.experts[0]
    day = chosen.calendar.midnight
    for number in _turned(list(range(1, (who.daily_most or 0) + 1)), owner):
        resource = reserving.seat(who.id, number)
        if not chosen.calendar.taken.get(resource, 0) & 1:
            return [Taken(resource, day, 1)]
    return []


def _room(chosen: Choice, owner: str) -> tuple[str | None, list[Taken]]:
    """A free room of the place."""
    wanted = span(chosen.first - chosen.calendar.midnight, chosen.cells)
    units = chosen.calendar.rooms_open(chosen.topic, chosen.slot)
    for room, number in _turned(units, owner):
        resource = reserving.room(chosen.slot.place, room, number)
        if not chosen.calendar.taken.get(resource, 0) & wanted:
            return room, [Taken(resource, chosen.first, chosen.cells)]
    return None, []


def _turned(units: list[Unit], owner: str) -> list[Unit]:
    """Each owner begins to look at another, so that two at once seldom want the same."""
    start = sum(owner.encode()) % len(units) if units else 0
    return units[start:] + units[:start]
