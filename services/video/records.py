"""Who is in a room and what happened there, as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from services.errors import NotFound
from services.video.tables import participants, room_events

Role = Literal["citizen", "host"]
State = Literal["waiting", "in"]
Presence = Literal["waiting", "in", "away"]
Kind = Literal["came", "away", "left", "admitted", "put_out", "signal", "said"]

PRESENCE: tuple[Kind, ...] = ("came", "away", "left", "admitted", "put_out")
"""Events after which the list of people is another one; `sender` is then whom it happened to."""

PAGE = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a room. `title`: the role title by language, empty for a citizen. Away: the line dropped just now."""

    id: str
    role: Role
    title: dict[str, str]
    state: Presence


@dataclass(frozen=True, slots=True)
class Entered:
    """What a participant's browser is told at the door.

    `secret` lets it come back after a drop. `line` numbers its connections: only the newest one speaks for it. `seq` is
    where the reading of events begins.
    """

    participant: str
    secret: str
    state: State
    seq: int
    line: int


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """`sender`: who said it, or whose presence changed. `body` by kind:

    came, away, left: empty · admitted, put_out: {"by": the host's id} · said: {"text"} · signal: {"description"} or
    {"candidate"}.
    """

    seq: int
    kind: Kind
    sender: str
    body: Mapping[str, Any]
    at: datetime


def people(tx: Connection, room: str) -> list[Person]:
    """Everybody who waits or is in, away ones too, in the order in which they came."""
    here = select(participants).where(participants.c.room_id == room, present())
    return [
        Person(row.id, row.role, row.title, "away" if row.away else row.state)
        for row in tx.execute(here.order_by(participants.c.joined_at, participants.c.id))
    ]


def events_after(tx: Connection, room: str, participant: str, seq: int, limit: int = PAGE) -> list[RoomEvent]:
    """Up to `limit` events after `seq` that are for `participant`, in order.

    Who waits gets what happens to themselves and the presence of hosts. Who was let in gets all that came after that,
    and signals only where they are meant. Raises NotFound where the room has ended or the participant is of another.
    """
    me = tx.execute(
        select(participants.c.id, participants.c.hears_from).where(
            participants.c.id == participant, participants.c.room_id == room
        )
    ).first()
    if me is None:
        raise NotFound("participant")
    found = (
        select(room_events)
        .where(room_events.c.room_id == room, room_events.c.seq > seq, for_one(room, me.id, me.hears_from))
        .order_by(room_events.c.seq)
        .limit(limit)
    )
    return [RoomEvent(row.seq, row.kind, row.from_id, row.body, row.at) for row in tx.execute(found)]


def for_one(room: str, participant: str, hears_from: int | None) -> ColumnElement[bool]:
    """Which events `participant` may hear."""
    hosts = select(participants.c.id).where(participants.c.room_id == room, participants.c.role == "host")
    at_the_door = and_(
        room_events.c.kind.in_(PRESENCE),
        or_(room_events.c.from_id == participant, room_events.c.from_id.in_(hosts)),
    )
    if hears_from is None:
        return at_the_door
    to_me = or_(room_events.c.to_id.is_(None), room_events.c.to_id == participant)
    return or_(at_the_door, and_(room_events.c.seq > hears_from, to_me))


def present() -> ColumnElement[bool]:
    """Has not left and was not put out."""
    return participants.c.state != "left"
