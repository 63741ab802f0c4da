"""The calendar as the tables have it at this moment. A hint for whoever chooses; the booking decides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Text, and_, bindparam, exists, or_, select, type_coerce

from services.accounts.rules import Role
from services.accounts.tables import account_roles, accounts
from services.appointments import reserving
from services.appointments.bookable import Bookable, Expert
from services.appointments.calendar import Calendar, days_between
from services.appointments.holidays import public_holidays
from services.appointments.reserving import taken
from services.appointments.shifts import DAY, Shift, cell_of, cells_in, moment
from services.appointments.slots import NEAREST, Address, Slot, decode
from services.appointments.tables import experts, reservations
from services.clock import local

_SEARCHED = (timedelta(days=2), timedelta(days=7))


def load_calendar(
    tx: Connection,
    topics: Sequence[Bookable],
    now: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Calendar:
    """The calendar for `topics` of those who serve them, with what is taken on the days of [start, end)."""
    furthest = now + max((topic.horizon for topic in topics), default=timedelta())
    window = min(max(start or now, now), furthest), max(now, min(end or furthest, furthest))
    return _calendar(tx, tuple(_serving(_at_work(tx), topics)), topics, now, *days_between(*window))


def existing_slot(
    tx: Connection, slot_id: str, topics: Sequence[Bookable], now: datetime, but: str | None = None
) -> tuple[Calendar, Slot | None]:
    """The slot with this id, free or taken, with the calendar of its day and expert; None where there is no such slot.

    Whoever changes what the expert offers waits for this transaction, or makes it run again. `but`: an owner whose own
    time does not count as taken, and is not too soon: it was in time when they took it.
    """
    address = decode(slot_id)
    topic = address and next((each for each in topics if each.id == address.topic), None)
    if address is None or topic is None or not now <= address.start < now + topic.horizon:
        return Calendar((), (), now, local(now).date(), 1), None
    row = tx.execute(_HELD, {"who": address.expert}).first()
    staff = () if row is None or (row.demo and _is_served(tx, topic)) else (_expert(*row),)
    calendar = _calendar(tx, staff, (topic,), now, local(address.start).date(), 1, but)
    if but is not None and address.start < now + topic.lead and _has(tx, but, address):
        calendar = replace(calendar, now=address.start - topic.lead)
    return calendar, calendar.slot(slot_id)


def alternatives(
    tx: Connection,
    slot: Slot,
    topics: Sequence[Bookable],
    language: str,
    now: datetime,
    *,
    interpreted: bool = False,
    expert: str | None = None,
    busy: str | None = None,
) -> tuple[Slot, ...]:
    """Up to three free slots nearest to a taken one, for the same topic, place and language (and expert).

    `busy`: the citizen's own time, if no expert is of use while that is taken.
    """
    same_topic = [topic for topic in topics if topic.id == slot.topic]
    found: list[Slot] = []
    for within in (*_SEARCHED, same_topic[0].horizon):
        calendar = load_calendar(tx, same_topic, now, slot.start - within, slot.start + within)
        if busy is not None:
            calendar = _but_while(tx, busy, calendar)
        found = calendar.nearest_free(slot, NEAREST, language, within, expert=expert, interpreted=interpreted)
        if len(found) == NEAREST:
            break
    return tuple(found)


def _calendar(
    tx: Connection,
    staff: tuple[Expert, ...],
    topics: Sequence[Bookable],
    now: datetime,
    first: date,
    days: int,
    but: str | None = None,
) -> Calendar:
    base = cell_of(moment(first, "00:00"))
    cells = cell_of(moment(first + days * DAY, "00:00")) - base
    cells += cells_in(max((topic.buffer for topic in topics), default=0))  # of the last evening, after midnight
    resources = [*_of_staff(staff), *_of_rooms(topics)]
    known = taken(tx, resources, base, cells, but) if staff else {}
    return Calendar(staff, tuple(topics), now, first, days, known, _closed(first, days))


def _has(tx: Connection, owner: str, address: Address) -> bool:
    """Whether `owner` has the expert's time from there on."""
    of = reservations.c
    theirs = of.owner == owner, of.resource == reserving.expert(address.expert), of.first_cell == cell_of(address.start)
    return tx.execute(select(of.owner).where(*theirs)).first() is not None


def _but_while(tx: Connection, busy: str, calendar: Calendar) -> Calendar:
    """The calendar with every expert taken while `busy` is."""
    cells = cell_of(moment(calendar.first + calendar.days * DAY, "00:00")) - calendar.midnight
    theirs = taken(tx, [busy], calendar.midnight, cells).get(busy, 0)
    staff = [reserving.expert(who.id) for who in calendar.experts]
    return replace(calendar, taken={**calendar.taken, **{who: calendar.taken.get(who, 0) | theirs for who in staff}})


def _of_staff(staff: Sequence[Expert]) -> list[str]:
    seats = [reserving.seat(who.id, n) for who in staff for n in range(1, (who.daily_most or 0) + 1)]
    return [*(reserving.expert(who.id) for who in staff), *seats]


def _of_rooms(topics: Sequence[Bookable]) -> set[str]:
    sites = {(place, topic.site(place).rooms) for topic in topics for place in topic.places}
    return {
        reserving.room(place, room.id, number)
        for place, rooms in sites
        for room in rooms
        for number in range(1, room.capacity + 1)
    }


def _who() -> Select[Any]:
    """The experts who can be booked: made for trying, or of an account that is an expert's and in use."""
    is_expert = exists().where(account_roles.c.account_id == accounts.c.id, account_roles.c.role == Role.EXPERT)
    at_work = or_(experts.c.account_id.is_(None), and_(accounts.c.disabled.is_(False), is_expert))
    return select(*_READ).select_from(experts).outerjoin(accounts).where(at_work).order_by(experts.c.id)


def _at_work(tx: Connection) -> list[Expert]:
    return [_expert(*row) for row in tx.execute(_EVERYBODY)]


def _serving(staff: Sequence[Expert], topics: Sequence[Bookable]) -> Iterator[Expert]:
    """Those who serve one of `topics`. Experts made for trying leave a topic as soon as a real one serves it."""
    real = {topic for who in staff if not who.is_demo for topic in who.topics}
    for who in staff:
        serves = tuple(topic for topic in who.topics if not (who.is_demo and topic in real))
        if any(topic.id in serves for topic in topics):
            yield who if serves == who.topics else replace(who, topics=serves)


def _is_served(tx: Connection, topic: Bookable) -> bool:
    """Whether a real expert serves the topic."""
    real = experts.c.demo.is_(False), type_coerce(experts.c.topics, Text).contains(f'"{topic.id}"', autoescape=True)
    return tx.execute(_who().where(*real).limit(1)).first() is not None


# The lists are read as the text they are: what was read before need not be understood again.
_READ = [
    experts.c.id,
    experts.c.unit,
    *(type_coerce(experts.c[name], Text).label(name) for name in ("topics", "languages", "places", "hours")),
    experts.c.daily_most,
    experts.c.demo,
]

# Built once: building a statement takes longer than the database takes to answer.
_EVERYBODY = _who()
_HELD = _EVERYBODY.where(experts.c.id == bindparam("who")).with_for_update(read=True, of=experts)


@lru_cache(maxsize=1024)
def _expert(
    expert: str, unit: str, topics: str, languages: str, places: str, hours: str, daily_most: int | None, demo: bool
) -> Expert:
    serves, speaks, sits = (tuple(json.loads(text)) for text in (topics, languages, places))
    return Expert(expert, unit, serves, speaks, sits, tuple(map(shift_of, json.loads(hours))), daily_most, demo)


def shift_of(written: Mapping[str, Any]) -> Shift:
    """The shift that `asdict()` wrote."""
    values: dict[str, Any] = {key: tuple(each) if isinstance(each, list) else each for key, each in written.items()}
    return Shift(**values)


def _closed(first: date, days: int) -> frozenset[date]:
    return public_holidays(first.year) | public_holidays((first + timedelta(days=days)).year)
