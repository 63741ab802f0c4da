"""An appointment diary in a real database: who works when, and what is taken, held and booked in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from hours import NOW
from sqlalchemy import Connection, insert, select, update

from services.appointments import reserving
from services.appointments.acts import Appointment, Wish, book, cancel, load_calendar, move
from services.appointments.bookable import Bookable, Expert
from services.appointments.holding import Hold, hold
from services.appointments.reserving import Taken, note
from services.appointments.shifts import cell_of, cells_in
from services.appointments.slots import Slot, encode
from services.appointments.tables import appointments, experts, reservations, reserved_cells
from services.database import Database
from services.ids import new_id

SECRET = "secret"


class Diary:
    """What is done at the diary's moment, `now`, which a test moves."""

    def __init__(self, database: Database, *topics: Bookable) -> None:
        self.database = database
        self.topics = topics
        self.now = NOW

    def add(self, *staff: Expert) -> None:
        self.database.now(_employ, staff)

    def absent(self, who: str, start: datetime, end: datetime) -> None:
        """Say that the expert is not there, as an absence does it."""
        self.database.now(_leave, who, start, end)

    def times(self, start: datetime | None = None, end: datetime | None = None, **wishes: Any) -> list[Slot]:
        known = self.database.read_now(load_calendar, self.topics, self.now, start, end)
        return known.times(self.topics[0].id, start=start, end=end, **wishes)

    def slot(self, start: datetime, who: str = "e1", place: str = "home", topic: str | None = None) -> str:
        """The id of a slot, whether there is one or not."""
        return encode(who, topic or self.topics[0].id, place, start)

    def wish(self, slot: str, place: str = "home", **other: Any) -> Wish:
        given = {"name": "Karhu", "email": "karhu@example.fi", "topic": self.topics[0].id, "language": "fi", **other}
        return Wish(new_id(), slot, place=place, **given)

    def book(self, slot: str, place: str = "home", **other: Any) -> Appointment:
        return self.confirm(self.wish(slot, place, **other))

    def confirm(self, wish: Wish) -> Appointment:
        return self.database.now(book, wish, self.topics, self.now, SECRET, silently)

    def move(self, booked: Appointment, slot: str) -> Appointment:
        return self.database.now(move, booked.token, slot, self.topics, self.now, silently)

    def cancel(self, booked: Appointment) -> Appointment:
        return self.database.now(cancel, booked.token, self.now, silently)

    def hold(self, slot: str, **other: Any) -> Hold:
        return self.database.now(hold, new_id(), slot, self.topics, self.now, SECRET, **other)

    def reserved(self, kind: str = "expert") -> list[tuple[str, str, int]]:
        """Each resource of that kind, who has it and for how many cells, the same in both tables."""
        cells, spans = self.database.read_now(_reserved, kind)
        assert cells == spans
        return sorted((resource, owner, len(taken)) for (resource, owner), taken in cells.items())

    def count(self, state: str = "confirmed") -> int:
        found = select(appointments.c.id).where(appointments.c.state == state)
        return len(self.database.read_now(lambda tx: tx.execute(found).all()))


def silently(*_told: Any, **_of: Any) -> list[Any]:
    return []


def _employ(tx: Connection, staff: Iterable[Expert]) -> None:
    for who in staff:
        values = {**asdict(who), "hours": [asdict(shift) for shift in who.hours]}
        values["demo"] = values.pop("is_demo")
        tx.execute(insert(experts).values(title={"fi": "neuvoja"}, version=1, **values))


def _leave(tx: Connection, who: str, start: datetime, end: datetime) -> None:
    tx.execute(update(experts).where(experts.c.id == who).values(version=experts.c.version + 1))
    length = cells_in((end - start) // timedelta(minutes=1))
    note(tx, new_id(), [Taken(reserving.expert(who), cell_of(start), length)])


def _reserved(tx: Connection, kind: str) -> tuple[dict[tuple[str, str], set[int]], dict[tuple[str, str], set[int]]]:
    cells: dict[tuple[str, str], set[int]] = {}
    for row in tx.execute(select(reserved_cells).where(reserved_cells.c.resource.startswith(f"{kind}:"))):
        cells.setdefault((row.resource, row.owner), set()).add(row.cell)
    spans = select(reservations).where(reservations.c.resource.startswith(f"{kind}:"))
    return cells, {
        (row.resource, row.owner): set(range(row.first_cell, row.first_cell + row.cells)) for row in tx.execute(spans)
    }
