"""A unit's experts and what they offer, in a database of either kind, for tests of acts without the product around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert

from services.appointments.acts import book
from services.appointments.bookable import Bookable, Room, Site
from services.appointments.records import Appointment
from services.appointments.shifts import Shift
from services.appointments.slots import Slot, encode
from services.appointments.tables import (
    absences,
    answered_requests,
    appointments,
    experts,
    holds,
    reservations,
    reserved_cells,
)
from services.appointments.telling import Kind
from services.appointments.wish import Wish, citizen_of
from services.ids import new_id
from services.jobs.tables import jobs
from services.outbox.acts import Mail, Message
from services.outbox.tables import outbox

SECRET = "a secret of the tests, long enough"
UNIT = "neuvonta"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday, noon in Helsinki
NINE = datetime(2026, 11, 25, 7, tzinfo=UTC)  # the next morning, when the experts begin
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
ALL_DAY = (Shift(WEEKDAYS, "09:00", "15:00"),)
HOUSE = Site("yrjonkatu-6", rooms=(Room("a"), Room("b")))


def topic(name: str = "tuki", **other: Any) -> Bookable:
    """Half an hour and ten minutes, at home or in a house with two rooms."""
    given = {
        "minutes": 30,
        "buffer": 10,
        "languages": ("fi", "sv"),
        "places": ("home", HOUSE.id),
        "sites": {HOUSE.id: HOUSE},
    }
    return Bookable(name, UNIT, **{**given, **other})


def add_expert(tx: Connection, name: str, **other: Any) -> None:
    """An expert of the unit who serves `tuki` from nine to three."""
    hours = other.pop("hours", ALL_DAY)
    given = {
        "unit": UNIT,
        "title": {"fi": name},
        "topics": ["tuki"],
        "languages": ["fi", "sv"],
        "places": ["home", HOUSE.id],
        "hours": [asdict(shift) for shift in hours],
        "demo": False,
        "version": 1,
        **other,
    }
    tx.execute(insert(experts).values(id=name, **given))


def clear(tx: Connection) -> None:
    """Nothing is there, as after the migrations."""
    tables = (outbox, jobs, holds, answered_requests, reserved_cells, reservations, appointments, absences, experts)
    for table in tables:
        tx.execute(delete(table))


def wish(expert: str, start: datetime = NINE, of: str = "tuki", **other: Any) -> Wish:
    """What one more citizen asks for; at home, in Finnish."""
    mine = new_id()
    given = {
        "place": "home",
        "language": "fi",
        "name": "Karhu",
        "email": f"karhu-{mine.strip('-_')}@example.fi",
        **other,
    }
    who = citizen_of(given["name"], given["email"], given.get("phone"))
    return Wish(mine, encode(expert, of, given["place"], start), of, **{"citizen": who, **given})


def compose(appointment: Appointment, kind: Kind, offers: Sequence[Slot] = ()) -> list[Message]:
    """A mail that says what kind it is, and how many new times are offered."""
    if appointment.email is None:
        return []
    return [Mail(appointment.email, appointment.language, kind, f"{len(offers)}", None, None)]


def booked(tx: Connection, wished: Wish, topics: Sequence[Bookable], now: datetime = NOW) -> Appointment:
    return book(tx, wished, topics, now, SECRET, compose)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
