"""Free times. Slots are computed, not stored: an expert's hours cut into a topic's minutes, less what is taken.

Sets of cells are integers (`shifts.py`), so that a month of fifty experts is a few thousand operations. Pure: no
database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.appointments import reserving
from services.appointments.bookable import HORIZON, Bookable, Expert
from services.appointments.shifts import (
    CELL,
    DAY,
    beginnings,
    bits,
    cell_of,
    cells_in,
    instant_of,
    moment,
    open_cells,
    span,
    spread_back,
    start_cells,
)
from services.appointments.slots import NEAREST, Slot, decode, encode
from services.clock import local


@dataclass(frozen=True, slots=True)
class Calendar:
    """What can be booked at `now`, on `days` local days from `first` on.

    `taken`: the cells of resources, from the first day's midnight; `closed`: local days without appointments.
    """

    experts: tuple[Expert, ...]
    topics: tuple[Bookable, ...]
    now: datetime
    first: date
    days: int
    taken: Mapping[str, int] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()

    def free(
        self,
        topic: str | None = None,
        place: str | None = None,
        language: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        expert: str | None = None,
        interpreted: bool = False,
    ) -> list[Slot]:
        """The free slots that begin in [start, end), by start; each wish left out matches everything."""
        found: dict[tuple[int, str, str, str], set[str]] = {}
        lengths = {}
        for whom, offer, where, languages, starts in self._free(
            topic, place, language, start, end, expert, interpreted
        ):
            lengths[offer.id] = offer.length(interpreted=interpreted)
            for cell in bits(starts):
                found.setdefault((cell, offer.id, where, whom.id), set()).update(languages)
        base = self.midnight
        order = {each.id: each.languages for each in self.topics}
        return [
            _slot(whom, what, where, instant_of(base + cell), lengths[what], sorted(spoken, key=order[what].index))
            for (cell, what, where, whom), spoken in sorted(found.items())
        ]

    def times(
        self,
        topic: str,
        place: str | None = None,
        language: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        expert: str | None = None,
        interpreted: bool = False,
    ) -> list[Slot]:
        """The free slots of a topic, one a time: that of the expert with the least to do, so that all get their share.

        Load is the time that is taken in this calendar; of two with the same, the smaller id goes first.
        """
        at: dict[int, tuple[Expert, Bookable, str, set[str]]] = {}
        free = self._free(topic, place, language, start, end, expert, interpreted)
        seen, given = 0, dict[tuple[str, str], int]()
        for whom, offer, where, languages, starts in sorted(free, key=lambda each: (self._load(each[0]), each[0].id)):
            mine = given.get((whom.id, where), 0) | starts & ~seen
            for cell in bits(starts & mine):  # two clinics of one expert may meet there, and speak differently
                at.setdefault(cell, (whom, offer, where, set()))[3].update(languages)
            given[whom.id, where] = mine
            seen |= starts
        base = self.midnight
        return [
            _slot(
                whom.id, offer.id, where, instant_of(base + cell), offer.length(interpreted=interpreted),
                sorted(spoken, key=offer.languages.index),
            )
            for cell, (whom, offer, where, spoken) in sorted(at.items(), key=lambda each: each[0])
        ]  # fmt: skip

    def slot(self, slot_id: str, *, interpreted: bool = False) -> Slot | None:
        """The slot with this id, free or not; None where it is no slot: unknown, off the grid, too soon, too far."""
        address = decode(slot_id)
        if address is None or address.start != instant_of(cell_of(address.start)):
            return None
        begin = cell_of(address.start) - self.midnight
        spoken: list[str] = []
        length = 0
        for _whom, offer, _where, languages, starts in self._offered(
            address.topic, address.place, None, address.expert, False
        ):
            window = self._window(offer, None, None)
            if begin >= 0 and (starts & window) >> begin & 1:
                spoken += [each for each in languages if each not in spoken]
                length = offer.length(interpreted=interpreted)
        if not length:
            return None
        return _slot(address.expert, address.topic, address.place, address.start, length, spoken)

    def is_free(self, slot: Slot, *, interpreted: bool = False) -> bool:
        """Whether nothing of the slot's time is taken in this calendar (a hint: the booking decides)."""
        found = self.free(
            slot.topic, slot.place, None, slot.start, slot.start + CELL, expert=slot.expert, interpreted=interpreted
        )
        return any(each.start == slot.start for each in found)

    def nearest_free(
        self,
        slot: Slot,
        n: int = NEAREST,
        language: str | None = None,
        within: timedelta = HORIZON,
        *,
        expert: str | None = None,
        interpreted: bool = False,
    ) -> list[Slot]:
        """Up to `n` free times for the same topic and place, the nearest first, the earlier of two first."""
        free = self.times(
            slot.topic,
            slot.place,
            language,
            slot.start - within,
            slot.start + within,
            expert=expert,
            interpreted=interpreted,
        )
        return sorted(free, key=lambda other: (abs(other.start - slot.start), other.start))[:n]

    @property
    def midnight(self) -> int:
        """The cell with which the first day begins."""
        return cell_of(moment(self.first, "00:00"))

    def rooms_open(self, offer: Bookable, slot: Slot) -> list[tuple[str, int]]:
        """Each appointment that the rooms of the slot's place can take at that time, as (room, number)."""
        length, begin = (slot.end - slot.start) // CELL, cell_of(slot.start) - self.midnight
        return [
            (room.id, number)
            for room in offer.site(slot.place).rooms
            if not room.hours or beginnings(room.hours, length, self.first, self.days) >> begin & 1
            for number in range(1, room.capacity + 1)
        ]

    def _free(
        self,
        topic: str | None,
        place: str | None,
        language: str | None,
        start: datetime | None,
        end: datetime | None,
        expert: str | None,
        interpreted: bool,
    ) -> Iterator[tuple[Expert, Bookable, str, tuple[str, ...], int]]:
        blocked: dict[tuple[str, int], int] = {}
        roomless: dict[tuple[str, str], int] = {}
        windows: dict[str, int] = {}
        for whom, offer, where, languages, starts in self._offered(topic, place, language, expert, interpreted):
            length = cells_in(offer.length(interpreted=interpreted) + offer.buffer)
            if offer.id not in windows:
                windows[offer.id] = self._window(offer, start, end)
            if (whom.id, length) not in blocked:
                mine = self.taken.get(reserving.expert(whom.id), 0)
                blocked[whom.id, length] = spread_back(mine, length) | self._full_days(whom)
            if (where, offer.id) not in roomless:
                minutes = offer.length(interpreted=interpreted)
                roomless[where, offer.id] = self._without_room(offer, where, cells_in(minutes), length)
            starts &= windows[offer.id] & ~blocked[whom.id, length] & ~roomless[where, offer.id]
            if starts:
                yield whom, offer, where, languages, starts

    def _offered(
        self, topic: str | None, place: str | None, language: str | None, expert: str | None, interpreted: bool
    ) -> Iterator[tuple[Expert, Bookable, str, tuple[str, ...], int]]:
        """Every shift of every expert for every topic and place, with where its slots begin, taken or not."""
        shut = self._closed_cells()
        for offer in self.topics:
            if topic not in {None, offer.id}:
                continue
            minutes = offer.length(interpreted=interpreted)
            for whom in self.experts:
                if offer.id not in whom.topics or expert not in {None, whom.id}:
                    continue
                clinic = self._clinic_cells(whom, cells_in(minutes))
                for shift in whom.hours:
                    languages = tuple(each for each in offer.languages if each in (shift.languages or whom.languages))
                    if not languages or language not in {None, *languages}:
                        continue
                    starts = start_cells(shift, minutes, offer.minutes + offer.buffer, self.first, self.days) & ~shut
                    if not shift.is_clinic:
                        starts &= ~clinic
                    for where in offer.places:
                        if place in {None, where} and where in (shift.places or whom.places):
                            yield whom, offer, where, languages, starts & self._open(offer, where, cells_in(minutes))

    def _open(self, offer: Bookable, place: str, cells: int) -> int:
        """Where something of `cells` can begin while the place is open."""
        hours = offer.site(place).hours
        return ~0 if not hours else beginnings(hours, cells, self.first, self.days)

    def _without_room(self, offer: Bookable, place: str, cells: int, length: int) -> int:
        """Where no room of the place is open for `cells`, and free for `length` cells, from there on."""
        site = offer.site(place)
        if not site.rooms:
            return 0
        possible = 0
        for room in site.rooms:
            hours = beginnings(room.hours, cells, self.first, self.days) if room.hours else ~0
            for number in range(1, room.capacity + 1):
                mine = self.taken.get(reserving.room(place, room.id, number), 0)
                possible |= hours & ~spread_back(mine, length)
                if possible == ~0:
                    return 0
        return ~possible

    def _full_days(self, whom: Expert) -> int:
        """All cells of the days on which the expert has as many appointments as they take."""
        if whom.daily_most is None:
            return 0
        seats = [self.taken.get(reserving.seat(whom.id, number), 0) for number in range(1, whom.daily_most + 1)]
        full = 0
        for n in range(self.days):
            begin, cells = self._day(n)
            if all(seat >> begin & 1 for seat in seats):
                full |= span(begin, cells)
        return full

    def _clinic_cells(self, whom: Expert, length: int) -> int:
        clinics = tuple(shift for shift in whom.hours if shift.is_clinic)
        return spread_back(open_cells(clinics, self.first, self.days), length) if clinics else 0

    def _closed_cells(self) -> int:
        shut = 0
        for n in range(self.days):
            if self.first + n * DAY in self.closed:
                shut |= span(*self._day(n))
        return shut

    def _window(self, offer: Bookable, start: datetime | None, end: datetime | None) -> int:
        """The cells from the earliest to the latest beginning."""
        first = max(start or self.now, self.now + offer.lead)
        last = min(end or self.now + offer.horizon, self.now + offer.horizon)
        begin = cell_of(first + CELL - timedelta(microseconds=1)) - self.midnight
        stop = cell_of(last + CELL - timedelta(microseconds=1)) - self.midnight
        return span(begin, max(0, stop - begin))

    def _load(self, whom: Expert) -> int:
        return self.taken.get(reserving.expert(whom.id), 0).bit_count()

    def _day(self, n: int) -> tuple[int, int]:
        """Where the day begins, and how many cells it has."""
        begin = cell_of(moment(self.first + n * DAY, "00:00"))
        return begin - self.midnight, cell_of(moment(self.first + (n + 1) * DAY, "00:00")) - begin


def days_between(start: datetime, end: datetime) -> tuple[date, int]:
    """The local day of `start`, and how many days there are from it to that of `end`, both counted."""
    first = local(start).date()
    return first, (local(end).date() - first).days + 1


def _slot(
    expert: str, topic: str, place: str, start: datetime, minutes: int, languages: tuple[str, ...] | list[str]
) -> Slot:
    end = start + timedelta(minutes=minutes)
    return Slot(encode(expert, topic, place, start), expert, topic, place, start, end, tuple(languages))
