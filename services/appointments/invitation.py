"""The calendar file of an appointment (RFC 5545), as an invitation between organizer and guest (iTIP, RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

from services.appointments.records import Appointment

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

PRODUCT = "-//Porin kaupunki//Porina//FI"


@dataclass(frozen=True, slots=True)
class Words:
    """What a calendar shows. `summary` is coarse: calendars are shared, and what a talk is about can be secret."""

    summary: str
    location: str
    description: str


def invitation(appointment: Appointment, method: Method, words: Words, organizer: str) -> str:
    """The calendar object: CRLF line ends, lines folded at 75 octets, times in UTC.

    UID is the same for the appointment's whole life and SEQUENCE is raised by each change, the cancelling one too, so
    that calendars replace what they have. PUBLISH, for a file the citizen fetches, names no guest.
    """
    event = Event()
    event.add("uid", f"{appointment.id}@porina.pori.fi")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.changed_at)
    event.add("created", appointment.created_at)
    event.add("last-modified", appointment.changed_at)
    event.add("dtstart", appointment.start)
    event.add("dtend", appointment.end)
    event.add("summary", words.summary)
    event.add("location", words.location)
    event.add("description", words.description)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(organizer, "Porina"))
    if appointment.email and method != "PUBLISH":
        guest = _address(appointment.email, appointment.name)
        guest.params["ROLE"] = vText("REQ-PARTICIPANT")
        guest.params["PARTSTAT"] = vText("DECLINED" if method == "CANCEL" else "NEEDS-ACTION")
        guest.params["RSVP"] = vText("FALSE")
        event.add("attendee", guest)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name.replace('"', "'"))  # a parameter value cannot hold a double quote (RFC 5545, 3.2)
    return address
