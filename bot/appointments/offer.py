"""What can be booked, and where, from the knowledge base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.locale import say
from knowledge.model import ALWAYS_KNOWN_PLACES, LANGUAGES, Hours, InThree, KnowledgeBase, Place
from services.appointments.bookable import Bookable, Room, Site
from services.appointments.shifts import Shift


def bookables(base: KnowledgeBase) -> tuple[Bookable, ...]:
    """The topics of `base`, as the calendar needs them."""
    sites = {place.id: _site(place) for place in base.places}
    return tuple(
        Bookable(
            id=topic.id,
            unit=topic.unit,
            minutes=topic.minutes,
            buffer=topic.buffer,
            languages=topic.languages,
            places=topic.places,
            sites={place: sites[place] for place in topic.places if place in sites},
            interpreted=topic.minutes_interpreted,
            lead=timedelta(minutes=topic.lead_minutes),
            horizon=timedelta(days=topic.horizon_days),
        )
        for topic in base.topics
    )


def places(base: KnowledgeBase) -> Mapping[str, Place]:
    """The places by id: those of `base`, and of the five that are always known those it leaves out, by name only."""
    known = {place.id: place for place in base.places}
    for place in ALWAYS_KNOWN_PLACES:
        if place not in known:
            key = f"appointment.place_{place.replace('-', '_')}"
            known[place] = Place(id=place, name=InThree(**{tag: say(tag, key) for tag in LANGUAGES}))
    return known


def demo_title(base: KnowledgeBase, topic: str, number: int) -> Mapping[str, str]:
    """The title of a topic's demo expert, by language."""
    name = next(known.name for known in base.topics if known.id == topic)
    return {tag: say(tag, "appointment.demo_expert", topic=name.in_(tag), number=number) for tag in LANGUAGES}


def _site(place: Place) -> Site:
    rooms = tuple(Room(room.id, room.capacity, _shifts(room.hours)) for room in place.rooms)
    return Site(place.id, _shifts(place.hours), rooms)


def _shifts(hours: Sequence[Hours]) -> tuple[Shift, ...]:
    return tuple(Shift(each.days, each.opens, each.closes, each.valid_from, each.valid_to) for each in hours)
