"""Free times, against a slow calendar that is written as one would say it: moments, and nothing but comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hours import EVERY_DAY, Span, calendar, helsinki
from hypothesis import given, settings
from hypothesis import strategies as st

from services.appointments.bookable import Bookable, Expert, Room, Site
from services.appointments.calendar import Calendar
from services.appointments.shifts import DAYS, Shift
from services.clock import local

FIVE = timedelta(minutes=5)
PLACES, LANGUAGES = ("home", "lavia"), ("fi", "sv", "ru")
FIRST_DAYS = (date(2026, 11, 30), date(2027, 3, 26), date(2027, 10, 29), date(2028, 2, 27), date(2026, 12, 30))
AHEAD = 4  # days

Plain = tuple[datetime, str, str, str]  # when, with whom, where, in which language


@dataclass(frozen=True)
class World:
    """A calendar of one topic, with the spans that are taken as they were taken."""

    topic: Bookable
    experts: tuple[Expert, ...]
    now: datetime
    taken: dict[str, list[Span]]
    closed: frozenset[date]

    def calendar(self) -> Calendar:
        return calendar(*self.experts, topic=self.topic, now=self.now, taken=self.taken, closed=self.closed)

    def free(self, *, interpreted: bool) -> set[Plain]:
        minutes = self.topic.length(interpreted=interpreted)
        length, buffer = timedelta(minutes=minutes), timedelta(minutes=self.topic.buffer)
        return {
            (start, who.id, place, language)
            for who in self.experts
            for shift in who.hours
            for place in self.topic.places
            if place in (shift.places or who.places)
            for language in self.topic.languages
            if language in (shift.languages or who.languages)
            for start in self._grid(shift, length, buffer)
            if self._is_offered(who, shift, start, length)
            and self._is_there(who, start, start + length + buffer)
            and self._has_room(place, start, length, buffer)
        }

    def _grid(self, shift: Shift, length: timedelta, buffer: timedelta) -> Iterator[datetime]:
        for n in range(-1, AHEAD + 1):
            worked = on_day(shift, local(self.now).date() + timedelta(days=n))
            if worked is not None:
                start, closes = worked
                while start + length <= closes:
                    yield start
                    start += timedelta(minutes=self.topic.minutes) + buffer

    def _is_offered(self, who: Expert, shift: Shift, start: datetime, length: timedelta) -> bool:
        if not self.now + self.topic.lead <= start < self.now + self.topic.horizon:
            return False
        if local(start).date() in self.closed:
            return False
        clinics = [] if shift.is_clinic else [on_day(each, local(start).date()) for each in who.hours if each.is_clinic]
        return not any(opens < start + length and start < closes for opens, closes in filter(None, clinics))

    def _is_there(self, who: Expert, start: datetime, end: datetime) -> bool:
        today = local(start).date()
        seats = [resource for resource in self.taken if resource.startswith(f"seat:{who.id}#")]
        used = sum(any(local(begins).date() == today for begins, _ in self.taken[seat]) for seat in seats)
        return self._is_free(f"expert:{who.id}", start, end) and (who.daily_most is None or used < who.daily_most)

    def _has_room(self, place: str, start: datetime, length: timedelta, buffer: timedelta) -> bool:
        site = self.topic.sites.get(place, Site(place))
        return is_open(site.hours, start, start + length) and (
            not site.rooms
            or any(
                is_open(room.hours, start, start + length)
                and self._is_free(f"room:{place}/{room.id}#{number}", start, start + length + buffer)
                for room in site.rooms
                for number in range(1, room.capacity + 1)
            )
        )

    def _is_free(self, resource: str, start: datetime, end: datetime) -> bool:
        return not any(begins < end and start < ends for begins, ends in self.taken.get(resource, []))


def on_day(shift: Shift, day: date) -> Span | None:
    if DAYS[day.weekday()] not in shift.days:
        return None
    before = [day - timedelta(weeks=n) for n in range(6) if (day - timedelta(weeks=n)).month == day.month]
    is_last = (day + timedelta(weeks=1)).month != day.month
    if shift.nth and len(before) not in shift.nth and not (is_last and -1 in shift.nth):
        return None
    return tuple(wall(day, clock) for clock in (shift.opens, shift.closes))  # type: ignore[return-value]


def wall(day: date, clock: str) -> datetime:
    return helsinki(f"{day + timedelta(days=1)}T00:00" if clock == "24:00" else f"{day}T{clock}")


def is_open(hours: tuple[Shift, ...], start: datetime, end: datetime) -> bool:
    """Each five minutes of it lie in one of `hours`, if there are any."""
    worked = [on_day(each, local(start).date()) for each in hours]
    moments = [start + n * FIVE for n in range((end - start) // FIVE)]
    return not hours or all(any(o <= each < c for o, c in filter(None, worked)) for each in moments)


def clocks(step: int = 15) -> st.SearchStrategy[str]:
    return st.integers(0, 24 * 60 // step).map(lambda n: f"{n * step // 60:02}:{n * step % 60:02}")


@st.composite
def shifts(draw: st.DrawFn, *, clinics: bool = True) -> Shift:
    opens, closes = sorted((draw(clocks()), draw(clocks())))
    days = draw(st.sampled_from([tuple(EVERY_DAY.split()), ("sun", "mon"), ("tue",), ("fri", "sat")]))
    if not clinics:
        return Shift(days, opens, closes)
    return Shift(
        days,
        opens,
        closes,
        nth=draw(st.sampled_from([(), (), (1,), (5,), (-1,), (2, 4)])),
        places=draw(st.sampled_from([(), (), ("lavia",)])),
        languages=draw(st.sampled_from([(), (), ("ru",)])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    plain = st.lists(shifts(clinics=False), max_size=2).map(tuple)
    rooms = st.builds(Room, st.just("booth"), st.integers(1, 2), plain), st.builds(Room, st.just("hall"), st.just(1))
    site = Site("lavia", draw(plain), draw(st.sampled_from([0, 1, 2]).flatmap(lambda n: st.tuples(*rooms[:n]))))
    topic = Bookable(
        "advice",
        "desk",
        draw(st.sampled_from([20, 30, 45, 60, 90])),
        draw(st.sampled_from([0, 5, 15])),
        LANGUAGES[: draw(st.integers(1, 3))],
        PLACES,
        {"lavia": site},
        lead=timedelta(minutes=draw(st.sampled_from([0, 60, 24 * 60]))),
        horizon=timedelta(days=AHEAD),
    )
    experts = tuple(
        Expert(
            name,
            "desk",
            ("advice",),
            draw(st.sampled_from([("fi",), ("fi", "sv"), ()])),
            draw(st.sampled_from([PLACES, ("home",)])),
            tuple(draw(st.lists(shifts(), min_size=1, max_size=3))),
            draw(st.sampled_from([None, None, 0, 1, 2])),
        )
        for name in ("e1", "e2")[: draw(st.integers(1, 2))]
    )
    first = draw(st.sampled_from(FIRST_DAYS))
    now = wall(first, "00:00") + timedelta(minutes=draw(st.integers(0, 24 * 60)))
    resources = [f"expert:{who.id}" for who in experts]
    resources += [f"room:lavia/{number}" for number in ("booth#1", "booth#2", "hall#1")]
    taken: dict[str, list[Span]] = {}
    for resource in draw(st.lists(st.sampled_from(resources), max_size=6)):
        day = first + timedelta(days=draw(st.integers(0, AHEAD)))
        start = wall(day, draw(clocks(5)))
        taken.setdefault(resource, []).append((start, start + draw(st.integers(1, 60)) * FIVE))
    for who in experts:
        for number in range(1, (who.daily_most or 0) + 1):
            for n in draw(st.sets(st.integers(0, AHEAD))):
                midnight = wall(first + timedelta(days=n), "00:00")
                taken.setdefault(f"seat:{who.id}#{number}", []).append((midnight, midnight + FIVE))
    closed = draw(st.sets(st.integers(0, AHEAD), max_size=1))
    return World(topic, experts, now, taken, frozenset(first + timedelta(days=n) for n in closed))


@settings(max_examples=150, deadline=None)
@given(worlds(), st.booleans())
def test_what_is_free_is_what_is_free_plainly(world: World, interpreted: bool) -> None:
    free = world.calendar().free(interpreted=interpreted)
    plainly = world.free(interpreted=interpreted)
    assert {(slot.start, slot.expert, slot.place, language) for slot in free for language in slot.languages} == plainly
    assert len({slot.id for slot in free}) == len(free)
    assert [slot.start for slot in free] == sorted(slot.start for slot in free)


@settings(max_examples=100, deadline=None)
@given(worlds(), st.booleans(), st.sampled_from([None, *PLACES]), st.sampled_from([None, "fi", "ru"]))
def test_each_time_is_offered_once_with_whom_has_least_to_do(
    world: World, interpreted: bool, place: str | None, language: str | None
) -> None:
    known = world.calendar()
    free = known.free("advice", place, language, interpreted=interpreted)
    times = known.times("advice", place, language, interpreted=interpreted)
    assert [slot.start for slot in times] == sorted({slot.start for slot in free})
    assert set(times) <= set(free)
    load = {who.id: known.taken.get(f"expert:{who.id}", 0).bit_count() for who in world.experts}
    for slot in times:
        others = {other.expert for other in free if other.start == slot.start}
        assert (load[slot.expert], slot.expert) == min((load[name], name) for name in others)


@settings(max_examples=50, deadline=None)
@given(worlds(), st.booleans())
def test_what_is_free_is_a_slot_and_is_free_when_asked_alone(world: World, interpreted: bool) -> None:
    known = world.calendar()
    for slot in known.free(interpreted=interpreted)[:20]:
        found = known.slot(slot.id, interpreted=interpreted)
        assert found is not None
        assert (found.start, found.end) == (slot.start, slot.end)
        assert set(slot.languages) <= set(found.languages)
        assert known.is_free(found, interpreted=interpreted)
