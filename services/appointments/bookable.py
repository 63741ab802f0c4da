"""What can be booked, with whom and where, as the calendar needs it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from services.appointments.shifts import Shift

LEAD_TIME = timedelta(minutes=60)
HORIZON = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Expert:
    """A role that takes remote appointments. `daily_most`: how many a day; None: as many as fit.

    `is_demo`: made to try the product with; it serves only topics that no real expert serves.
    """

    id: str
    unit: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    places: tuple[str, ...]
    hours: tuple[Shift, ...]
    daily_most: int | None = None
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A room or booth. `capacity`: how many appointments it takes at once; without `hours`, open as the place is."""

    id: str
    capacity: int = 1
    hours: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """Where a citizen can sit. Without `hours` it is open always; without `rooms` it takes any number."""

    id: str
    hours: tuple[Shift, ...] = ()
    rooms: tuple[Room, ...] = ()


@dataclass(frozen=True, slots=True)
class Bookable:
    """A topic that can be booked, in minutes. `sites`: what is known of the places; others are open always.

    `interpreted`: its length with an interpreter; None: half as long again. `lead`, `horizon`: how soon and how far
    ahead. (No Finnish standard of lengths was found; half as long again is an assumption: remote-service practice.)
    """

    id: str
    unit: str
    minutes: int
    buffer: int
    languages: tuple[str, ...]
    places: tuple[str, ...]
    sites: Mapping[str, Site] = field(default_factory=dict)
    interpreted: int | None = None
    lead: timedelta = LEAD_TIME
    horizon: timedelta = HORIZON

    def length(self, *, interpreted: bool) -> int:
        """How many minutes an appointment takes."""
        if not interpreted:
            return self.minutes
        return self.interpreted or -(-self.minutes * 3 // 10) * 5

    def site(self, place: str) -> Site:
        """What is known of a place."""
        return self.sites.get(place) or Site(place)
