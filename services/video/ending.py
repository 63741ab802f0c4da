"""The end of a room: its rows go, and a line without personal data stays for statistics."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from services.appointments.life import begun_in_room, ended_in_room
from services.appointments.on_the_spot import give_back
from services.appointments.records import by_id
from services.appointments.tables import appointments
from services.events.acts import Event, record
from services.video.records import present
from services.video.tables import participants, room_events, rooms

LATEST = timedelta(hours=2)
"""So long after the end of the appointment nobody can be in its room."""


def begun(tx: Connection, room: str, now: datetime) -> None:
    """A citizen was let in; the first time that is when the meeting begins."""
    first = update(rooms).where(rooms.c.id == room, rooms.c.begun_at.is_(None)).values(begun_at=now)
    session = tx.scalar(first.returning(rooms.c.session))
    if session is not None:
        begun_in_room(tx, room, now)
        _record(tx, room, "video.begun", session, now)


def end_if_empty(tx: Connection, room: str, now: datetime) -> None:
    """Delete all of the room where nobody waits or is in any more."""
    if tx.execute(select(participants.c.id).where(participants.c.room_id == room, present()).limit(1)).first() is None:
        _end(tx, room, now)


def forget(tx: Connection, now: datetime) -> None:
    """Delete the rooms that nobody left properly (a process died), whose appointment ended more than two hours ago."""
    over = select(rooms.c.id).join_from(rooms, appointments).where(appointments.c.ends < now - LATEST)
    for room in tx.scalars(over.with_for_update(of=rooms)).all():
        _end(tx, room, now)


def _end(tx: Connection, room: str, now: datetime) -> None:
    """The meeting lasted until somebody was seen for the last time, however late that is noticed."""
    row = tx.execute(select(rooms).where(rooms.c.id == room)).one()
    give_back(tx, room, now)
    if row.begun_at is not None:
        ended_in_room(tx, room)
        last = tx.scalar(select(func.max(participants.c.seen_at)).where(participants.c.room_id == room))
        seconds = round((last - row.begun_at).total_seconds())
        _record(tx, room, "video.ended", row.session, now, people=row.most, seconds=max(0, seconds))
    tx.execute(delete(room_events).where(room_events.c.room_id == room))
    tx.execute(delete(participants).where(participants.c.room_id == room))
    tx.execute(delete(rooms).where(rooms.c.id == room))


def _record(tx: Connection, room: str, kind: str, session: str, now: datetime, **data: int) -> None:
    meant = by_id(tx, room)
    event = Event(
        now, kind, session, meant.language, meant.unit, place=meant.place, data={"topic": meant.topic, **data}
    )
    record(tx, [event])
