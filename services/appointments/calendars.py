"""The calendar as the tables have it at this moment. A hint for whoever chooses; the booking decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Text, false, or_, select, type_coerce

from services.appointments.holidays import public_holidays
from services.appointments.slots import HORIZON, NEAREST, Bookable, Calendar, Expert, Shift, Slot, cells, decode
from services.appointments.tables import experts, reserved_time
from services.clock import local

_DAY = timedelta(days=1)
_SEARCHED = (timedelta(days=2), timedelta(days=7), HORIZON)


def load_calendar(
    tx: Connection,
    topics: Sequence[Bookable],
    now: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Calendar:
    """The calendar of the experts for `topics`, with what is reserved in [start, end)."""
    one_of_theirs = or_(false(), *(type_coerce(experts.c.topics, Text).contains(f'"{topic.id}"') for topic in topics))
    staff = tuple(_expert(row) for row in tx.execute(select(experts).where(one_of_theirs).order_by(experts.c.id)))
    reserved = tx.execute(
        select(reserved_time.c.expert_id, reserved_time.c.at).where(
            reserved_time.c.expert_id.in_([expert.id for expert in staff]),
            reserved_time.c.at >= max(start or now, now) - _DAY,
            reserved_time.c.at < min(end or now + HORIZON, now + HORIZON) + _DAY,
        )
    )
    return Calendar(staff, tuple(topics), frozenset((row.expert_id, row.at) for row in reserved), now, _closed(now))


def existing_slot(tx: Connection, slot_id: str, topics: Sequence[Bookable], now: datetime) -> Slot | None:
    """The slot with this id, free or taken; None where there is no such slot at `now`."""
    address = decode(slot_id)
    if address is None:
        return None
    row = tx.execute(select(experts).where(experts.c.id == address.expert)).first()
    staff = () if row is None else (_expert(row),)
    return Calendar(staff, tuple(topics), frozenset(), now, _closed(now)).slot(slot_id)


def is_reserved(tx: Connection, slot: Slot, topic: Bookable, but: str) -> bool:
    """Whether any of the time that `slot` needs is seen to be reserved for an appointment other than `but`."""
    query = select(reserved_time.c.at).where(
        reserved_time.c.expert_id == slot.expert,
        reserved_time.c.at.in_(list(cells(slot.start, topic))),
        reserved_time.c.appointment_id != but,
    )
    return tx.execute(query.limit(1)).first() is not None


def alternatives(
    tx: Connection, slot: Slot, topics: Sequence[Bookable], language: str, now: datetime
) -> tuple[Slot, ...]:
    """Up to three free slots nearest to a taken one, for the same topic, place and language."""
    same_topic = [topic for topic in topics if topic.id == slot.topic]
    found: list[Slot] = []
    for within in _SEARCHED:
        calendar = load_calendar(tx, same_topic, now, slot.start - within, slot.start + within)
        found = calendar.nearest_free(slot, NEAREST, language, within)
        if len(found) == NEAREST:
            break
    return tuple(found)


def _closed(now: datetime) -> frozenset[date]:
    return public_holidays(local(now).year) | public_holidays(local(now + HORIZON).year)


def _expert(row: Row[Any]) -> Expert:
    hours = tuple(Shift(**{**shift, "days": tuple(shift["days"])}) for shift in row.hours)
    lists = tuple(row.topics), tuple(row.languages), tuple(row.places)
    return Expert(row.id, row.unit, row.title, *lists, hours, row.demo)
