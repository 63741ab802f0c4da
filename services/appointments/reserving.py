"""Taking resources for a while, and giving them back. Two owners can never have one cell of one resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache, reduce
from typing import NamedTuple

from sqlalchemy import Connection, Text, bindparam, cast, delete, func, insert, select

from services.appointments.shifts import cell_of, instant_of, moment, spread
from services.appointments.tables import reservations, reserved_cells
from services.clock import local


class Taken(NamedTuple):
    """`cells` cells of a resource from `first` on."""

    resource: str
    first: int
    cells: int


def expert(expert_id: str) -> str:
    """The resource that an expert's time is."""
    return f"expert:{expert_id}"


def seat(expert_id: str, number: int) -> str:
    """One of the appointments that an expert takes a day; its first cell of the day stands for the day."""
    return f"seat:{expert_id}#{number}"


def room(place: str, room_id: str, number: int) -> str:
    """One of the appointments that a room takes at once."""
    return f"room:{place}/{room_id}#{number}"


def citizen(who: str) -> str:
    """A citizen's own time; `who` as `Wish.citizen` says."""
    return f"citizen:{who}"


def reserve(tx: Connection, owner: str, wanted: Iterable[Taken]) -> None:
    """Take all of `wanted`. Raises IntegrityError where one cell is taken: use a savepoint to go on after it."""
    spans = list(wanted)
    cells = [
        {"resource": each.resource, "cell": cell, "owner": owner}
        for each in spans
        for cell in range(each.first, each.first + each.cells)
    ]
    tx.execute(_CELLS, cells)
    note(tx, owner, spans)


def note(tx: Connection, owner: str, spans: Iterable[Taken]) -> None:
    """Write that `owner` has these, which may overlap with others' (an absence with appointments made before)."""
    rows = [
        {"owner": owner, "resource": each.resource, "first_cell": each.first, "cells": each.cells} for each in spans
    ]
    tx.execute(_SPANS, rows)


def number_seats(tx: Connection, expert_id: str) -> None:
    """Number the appointments of each of the expert's days anew, from 1 on, and also those that had no number.

    For whoever changed how many the expert takes a day, while nobody can book: else those with higher numbers than
    there are now would not be counted. More than that keep the numbers above it.
    """
    mine = expert(expert_id)
    booked = select(reserved_cells.c.owner).where(reserved_cells.c.resource == mine)
    of = reservations.c
    whole = select(of.owner, of.first_cell).where(of.resource == mine, of.owner.in_(booked)).order_by(of.first_cell)
    found = tx.execute(whole).all()
    for table in (reserved_cells, reservations):
        tx.execute(delete(table).where(table.c.resource.startswith(f"seat:{expert_id}#", autoescape=True)))
    numbers: Counter[int] = Counter()
    for owner, first in found:
        midnight = cell_of(moment(local(instant_of(first)).date(), "00:00"))
        numbers[midnight] += 1
        reserve(tx, owner, [Taken(seat(expert_id, numbers[midnight]), midnight, 1)])


def release(tx: Connection, owner: str) -> None:
    """Give back all that `owner` has."""
    tx.execute(delete(reserved_cells).where(reserved_cells.c.owner == owner))
    tx.execute(delete(reservations).where(reservations.c.owner == owner))


# What every booking says is built once: building it takes longer than the database takes to do it.
_CELLS, _SPANS = insert(reserved_cells), insert(reservations)
_OF = reservations.c
_ENDS = _OF.first_cell + _OF.cells
_TAKEN = (
    select(_OF.resource, _OF.cells, func.aggregate_strings(cast(_ENDS - bindparam("first"), Text), ","))
    .where(_OF.resource.in_(bindparam("resources", expanding=True)))
    .where(_OF.first_cell < bindparam("stop"), bindparam("first") < _ENDS)
    .group_by(_OF.resource, _OF.cells)
)
_TAKEN_BUT = _TAKEN.where(_OF.owner != bindparam("but"))  # apart: owners are not in the index


def taken(tx: Connection, resources: Collection[str], first: int, cells: int, but: str | None = None) -> dict[str, int]:
    """What is taken of `resources` in the `cells` from `first` on, as a set of bits each (bit 0 is `first`).

    `but`: an owner whose own does not count. The database joins the numbers, since 5 000 rows of a month take longer.
    """
    asked = {"resources": list(resources), "first": first, "stop": first + cells, "but": but}
    found: dict[str, int] = {}
    for resource, length, numbers in tx.execute(_TAKEN if but is None else _TAKEN_BUT, asked):
        found[resource] = found.get(resource, 0) | _cells_until(numbers, length, cells)
    return found


@lru_cache(maxsize=2048)
def _cells_until(ends: str, length: int, whole: int) -> int:
    """Which of `whole` cells are in spans of `length` that end at each of `ends`; what was read is not read again."""
    # Bit n of `begins` is the cell n - length, so that what began before the first cell has a bit as well.
    begins = reduce(int.__or__, map((1).__lshift__, map(int, ends.split(","))))
    return spread(begins, length) >> length & (1 << whole) - 1


def forget_past(tx: Connection, before: int) -> None:
    """Forget what was taken before the cell `before`; appointments keep their times.

    `before`: of no later day than today, since a seat is taken by the first cell of its day.
    """
    old = reservations.c.first_cell + reservations.c.cells <= before
    tx.execute(delete(reserved_cells).where(reserved_cells.c.cell < before))
    tx.execute(delete(reservations).where(old))
