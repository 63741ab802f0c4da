"""The feed of an expert's own appointments (RFC 5545): times, and nothing of whom or what they are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import Connection

from services.appointments.feed_reading import OURS
from services.appointments.feeds import Feed, calendar_by
from services.appointments.invitation import PRODUCT
from services.appointments.records import Booked, State, of_expert

PAST = timedelta(days=30)
COMING = timedelta(days=366)

_OFF: tuple[State, ...] = ("cancelled", "displaced")  # `displaced`: another time or another expert will be found
_REFRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FeedWords:
    """What the expert's calendar shows. `link`: the address at which somebody who is signed in sees an appointment."""

    name: str
    summary: str
    description: str
    link: Callable[[Booked], str]


def own_appointments(tx: Connection, secret: str, now: datetime) -> tuple[Feed, list[Booked]]:
    """Whose feed the secret opens, and the appointments in it. Raises NotFound."""
    feed = calendar_by(tx, secret)
    return feed, of_expert(tx, feed.expert, now - PAST, now + COMING)


def own_feed(appointments: Sequence[Booked], words: FeedWords) -> str:
    """The calendar: the same appointments give the same text. UID and SEQUENCE are those of the invitations."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", words.name)  # RFC 7986, and the names from before it that calendars know
    calendar.add("x-wr-calname", words.name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for each in appointments:
        calendar.add_component(_event(each, words))
    return str(calendar.to_ical(), "utf-8")


def _event(appointment: Booked, words: FeedWords) -> Event:
    is_off = appointment.state in _OFF
    event = Event()
    event.add("uid", f"{appointment.id}{OURS}")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.changed_at)
    event.add("last-modified", appointment.changed_at)
    event.add("dtstart", appointment.start)
    event.add("dtend", appointment.end)
    event.add("summary", words.summary)
    event.add("description", words.description)
    event.add("url", words.link(appointment))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    event.add("class", "PRIVATE")
    return event
