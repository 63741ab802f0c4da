"""A room's row, in which all acts of the room stand in line, and its events, written one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from services.errors import NotFound
from services.listening import tell
from services.postgres import see_what_was_committed
from services.video.records import Kind
from services.video.tables import participants, room_events, rooms

Given = ParamSpec("Given")
Result = TypeVar("Result")

KEPT = timedelta(minutes=10)
"""Long enough for whoever dropped out; chat lines stay until the room ends."""


def channel(room: str) -> str:
    """What listeners of the bell call the room."""
    return f"room/{room}"


def in_turn(
    tx: Connection, act: Callable[Concatenate[Connection, Given], Result], *args: Given.args, **kwargs: Given.kwargs
) -> Result:
    """Run `act` as the whole of a transaction in which it waits for its turn.

    Four that signal without a pause overtake each other on one snapshot each, until one has run again so often that it
    is given up. At READ COMMITTED an act waits for the room's row and then sees what the others did. Nothing is lost by
    that, since every act of a room holds the row before it looks. On SQLite acts run one after the other anyway.
    """
    see_what_was_committed(tx)
    return act(tx, *args, **kwargs)


def hold(tx: Connection, room: str) -> bool:
    """Keep other acts of the room out until the commit; whether there is such a room.

    Every act begins so. Whoever changed a participant first and the room then would meet another one half way.
    """
    return tx.scalar(select(rooms.c.id).where(rooms.c.id == room).with_for_update()) is not None


def hold_room_of(tx: Connection, participant: str) -> str | None:
    """`hold` the participant's room; None where there is no such participant any more."""
    here = select(rooms.c.id).join_from(participants, rooms).where(participants.c.id == participant)
    room: str | None = tx.scalar(here.with_for_update(of=rooms))
    return room


def write(
    tx: Connection,
    room: str,
    kind: Kind,
    sender: str,
    now: datetime,
    *,
    to: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> int:
    """Write an event, for everybody or one, and tell the other processes; its sequence number. Raises NotFound.

    The number is taken from the room's row, so that an event is never seen before the one that precedes it.
    """
    advance = update(rooms).where(rooms.c.id == room).values(last_seq=rooms.c.last_seq + 1)
    seq = tx.scalar(advance.returning(rooms.c.last_seq))
    if seq is None:
        raise NotFound("room")
    of_room = room_events.c.room_id == room
    tx.execute(delete(room_events).where(of_room, room_events.c.at < now - KEPT, room_events.c.kind != "said"))
    tx.execute(
        insert(room_events).values(
            room_id=room, seq=seq, from_id=sender, to_id=to, kind=kind, body=dict(body or {}), at=now
        )
    )
    tell(tx, "committed", channel(room), seq)
    return int(seq)
