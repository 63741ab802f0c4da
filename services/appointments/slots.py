"""Free times. Slots are computed, not stored: an expert's hours cut into a topic's minutes, less what is reserved.

Weekly hours are Helsinki's wall clock; a slot's start is found in UTC from the edges of the local day, so that the two
days a year on which the clock is changed have neither missing nor doubled times. Pure: no database, no clock.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from services.clock import HELSINKI, local

CELL = timedelta(minutes=5)
LEAD_TIME = timedelta(minutes=60)
HORIZON = timedelta(days=31)
NEAREST = 3

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_text(moment: datetime) -> str:
    """`moment` in RFC 3339, to the second: `2026-11-30T07:00:00Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


@dataclass(frozen=True, slots=True)
class Shift:
    """Weekly hours: day names `mon` … `sun`, wall-clock times "HH:MM" (24:00 allowed as an end)."""

    days: tuple[str, ...]
    opens: str
    closes: str
    valid_from: str | None = None
    valid_to: str | None = None

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """The shift on the local `day` in UTC; None where there is none."""
        if _DAYS[day.weekday()] not in self.days:
            return None
        if not (self.valid_from or "") <= day.isoformat() <= (self.valid_to or "9999-12-31"):
            return None
        return _moment(day, self.opens), _moment(day, self.closes)


def _moment(day: date, clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    if hours == 24:
        day, hours = day + _DAY, 0
    return datetime.combine(day, time(hours, minutes), HELSINKI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Expert:
    """A role that takes remote appointments; never a person. `title` by language."""

    id: str
    unit: str
    title: Mapping[str, str]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    places: tuple[str, ...]
    hours: tuple[Shift, ...]
    demo: bool


@dataclass(frozen=True, slots=True)
class Bookable:
    """A topic that can be booked. `open_at`: the hours of the places that have hours; the others are open always."""

    id: str
    unit: str
    minutes: int
    buffer: int
    languages: tuple[str, ...]
    places: tuple[str, ...]
    open_at: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """One expert's interval (UTC) at one place, good for exactly one appointment, in any one of `languages`."""

    id: str
    expert: str
    topic: str
    place: str
    start: datetime
    end: datetime
    languages: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """What another program needs of it, as JSON."""
        return {
            "id": self.id,
            "topic": self.topic,
            "start": utc_text(self.start),
            "end": utc_text(self.end),
            "place": self.place,
            "languages": list(self.languages),
        }


class Address(NamedTuple):
    """What a slot id says; it grants nothing and may name a time that does not exist."""

    expert: str
    topic: str
    place: str
    start: datetime


def encode(expert: str, topic: str, place: str, start: datetime) -> str:
    """The slot id of an address (URL-safe text)."""
    minutes = (start - _EPOCH) // timedelta(minutes=1)
    return base64.urlsafe_b64encode(f"{expert}~{topic}~{place}~{minutes}".encode()).rstrip(b"=").decode()


def decode(slot_id: str) -> Address | None:
    """The address in a slot id; None where the text is not exactly what `encode` makes."""
    if len(slot_id) > 400 or not slot_id.isascii():
        return None
    try:
        expert, topic, place, minutes = (
            base64.urlsafe_b64decode(slot_id + "=" * (-len(slot_id) % 4)).decode().split("~")
        )
        address = Address(expert, topic, place, _EPOCH + timedelta(minutes=int(minutes)))
    except (ValueError, OverflowError, binascii.Error):
        return None
    return address if encode(*address) == slot_id else None


def cells(start: datetime, topic: Bookable) -> Iterator[datetime]:
    """The cells that an appointment from `start` reserves: its minutes and the buffer after them."""
    return (start + n * CELL for n in range(-(-(topic.minutes + topic.buffer) // 5)))


@dataclass(frozen=True, slots=True)
class Calendar:
    """What can be booked at `now`. `reserved`: (expert, start of cell); `closed`: local days without appointments."""

    experts: tuple[Expert, ...]
    topics: tuple[Bookable, ...]
    reserved: frozenset[tuple[str, datetime]]
    now: datetime
    closed: frozenset[date] = frozenset()

    def free(
        self,
        topic: str | None = None,
        place: str | None = None,
        language: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Slot]:
        """The free slots that begin in [start, end), by start; each wish left out matches everything."""
        first = max(start or self.now, self.now + LEAD_TIME)
        last = min(end or first + HORIZON, self.now + HORIZON)
        found = [
            _slot(expert, offer, place_id, begins)
            for expert in self.experts
            for offer in self._offers(expert, topic)
            if language is None or language in _languages(expert, offer)
            for begins, places in self._free_times(expert, offer, first, last)
            for place_id in places
            if place is None or place == place_id
        ]
        return sorted(found, key=lambda slot: (slot.start, slot.topic, slot.place, slot.expert))

    def slot(self, slot_id: str) -> Slot | None:
        """The slot with this id, free or not; None where it is no slot: unknown, off the grid, too soon, too far."""
        address = decode(slot_id)
        expert = address and next((expert for expert in self.experts if expert.id == address.expert), None)
        if address is None or expert is None:
            return None
        if not self.now + LEAD_TIME <= address.start < self.now + HORIZON:
            return None
        for offer in self._offers(expert, address.topic):
            for begins, places in self._grid(expert, offer, local(address.start).date()):
                if begins == address.start and address.place in places:
                    return _slot(expert, offer, address.place, begins)
        return None

    def is_free(self, slot: Slot) -> bool:
        """Whether nothing of the slot's time is reserved in this calendar (a hint: the booking decides)."""
        topic = next(topic for topic in self.topics if topic.id == slot.topic)
        return self._unreserved(slot.expert, slot.start, topic)

    def nearest_free(
        self, slot: Slot, n: int = NEAREST, language: str | None = None, within: timedelta = HORIZON
    ) -> list[Slot]:
        """Up to `n` free slots for the same topic and place, the nearest in time first, the earlier of two first."""
        free = self.free(slot.topic, slot.place, language, slot.start - within, slot.start + within)
        return sorted(free, key=lambda other: (abs(other.start - slot.start), other.start, other.expert))[:n]

    def _offers(self, expert: Expert, topic: str | None) -> Iterator[Bookable]:
        for offer in self.topics:
            if offer.id in expert.topics and topic in {None, offer.id} and _languages(expert, offer):
                yield offer

    def _free_times(
        self, expert: Expert, offer: Bookable, first: datetime, last: datetime
    ) -> Iterator[tuple[datetime, list[str]]]:
        day = local(first).date()
        while _moment(day, "00:00") < last:
            for begins, places in self._grid(expert, offer, day):
                if first <= begins < last and self._unreserved(expert.id, begins, offer):
                    yield begins, places
            day += _DAY

    def _grid(self, expert: Expert, offer: Bookable, day: date) -> Iterator[tuple[datetime, list[str]]]:
        """All times of a local day, free or not, with the places open then. The steps are taken in UTC."""
        if day in self.closed:
            return
        length = timedelta(minutes=offer.minutes)
        places = [place for place in offer.places if place in expert.places]
        for shift in expert.hours:
            opens, closes = shift.on(day) or (_EPOCH, _EPOCH)
            while opens + length <= closes:
                yield (
                    opens,
                    [place for place in places if _open(offer.open_at.get(place, ()), day, opens, opens + length)],
                )
                opens += length + timedelta(minutes=offer.buffer)

    def _unreserved(self, expert: str, start: datetime, topic: Bookable) -> bool:
        return not any((expert, cell) in self.reserved for cell in cells(start, topic))


def _open(hours: tuple[Shift, ...], day: date, start: datetime, end: datetime) -> bool:
    return not hours or any(span[0] <= start and end <= span[1] for shift in hours if (span := shift.on(day)))


def _languages(expert: Expert, topic: Bookable) -> tuple[str, ...]:
    return tuple(language for language in topic.languages if language in expert.languages)


def _slot(expert: Expert, topic: Bookable, place: str, start: datetime) -> Slot:
    end = start + timedelta(minutes=topic.minutes)
    slot_id = encode(expert.id, topic.id, place, start)
    return Slot(slot_id, expert.id, topic.id, place, start, end, _languages(expert, topic))
