"""The free times that an appointment's citizen may choose from."""

from __future__ import annotations

from aiohttp import web

from bot.appointments.offer import bookables
from bot.parts import PARTS
from services.appointments.acts import load_calendar
from services.appointments.bookable import Bookable
from services.appointments.calendar import Calendar
from services.appointments.records import Appointment
from services.appointments.shifts import CELL
from services.appointments.slots import Slot, decode


def topic_of(request: web.Request, appointment: Appointment) -> list[Bookable]:
    """The appointment's topic; empty where it can no longer be booked."""
    return [topic for topic in bookables(request.app[PARTS].known.base) if topic.id == appointment.topic]


async def free_times(request: web.Request, appointment: Appointment, *, same_expert: bool) -> list[Slot]:
    """At the same place, in the same language, as long as it is now; one slot a time."""
    parts = request.app[PARTS]
    offer = topic_of(request, appointment)
    calendar: Calendar = await parts.database.read(load_calendar, offer, parts.clock())
    return calendar.times(
        appointment.topic,
        appointment.place,
        appointment.language,
        expert=appointment.expert if same_expert else None,
        interpreted=appointment.interpreter is not None,
    )


async def one_time(request: web.Request, appointment: Appointment, slot_id: str) -> Slot | None:
    """The slot of that id for the appointment's topic, while it is free."""
    address = decode(slot_id)
    offer = topic_of(request, appointment)
    parts = request.app[PARTS]
    now = parts.clock()
    if address is None or address.topic != appointment.topic or not offer:
        return None
    if not now <= address.start < now + offer[0].horizon:
        return None
    interpreted = appointment.interpreter is not None
    calendar: Calendar = await parts.database.read(load_calendar, offer, now, address.start, address.start + CELL)
    slot = calendar.slot(slot_id, interpreted=interpreted)
    return slot if slot is not None and calendar.is_free(slot, interpreted=interpreted) else None
