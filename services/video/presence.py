"""Coming, dropping out, coming back and leaving.

A participant outlives a line that drops by `GRACE`. Since the old line may be found dead after the new one is there,
lines are numbered, and what an older one says of its participant does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select, update

from services.appointments.life import seen_in_room
from services.audit.acts import note
from services.errors import NotFound, RoomFull
from services.ids import digest, new_id, new_secret
from services.video.ending import end_if_empty
from services.video.records import Entered, Role, State, present
from services.video.stream import hold, hold_room_of, write
from services.video.tables import participants, rooms

GRACE = timedelta(seconds=45)
MOST = 6
"""How many are in at once, each connected with each; and how many wait at once."""


def enter(
    tx: Connection, room: str, role: Role, title: Mapping[str, str], now: datetime, account: str | None = None
) -> Entered:
    """Come for the first time: hosts are in at once, citizens wait until a host lets them in.

    `account`: the host's, whose entering the audit keeps. Raises RoomFull.
    """
    sweep(tx, room, now)
    if not hold(tx, room):
        tx.execute(insert(rooms).values(id=room, last_seq=0, session=new_id(), most=0))
    state: State = "in" if role == "host" else "waiting"
    participant, secret = new_id(), new_secret()
    if role == "citizen" and how_many(tx, room, "in") >= MOST:
        raise RoomFull(room)
    tx.execute(
        insert(participants).values(
            id=participant,
            room_id=room,
            secret_digest=digest(secret),
            role=role,
            title=dict(title),
            state=state,
            away=False,
            line=1,
            heard=0,
            hears_from=None,
            joined_at=now,
            seen_at=now,
        )
    )
    fits(tx, room, state)
    seq = write(tx, room, "came", participant, now)
    hears_from = seq if role == "host" else None
    tx.execute(update(participants).where(_is(participant)).values(heard=seq, hears_from=hears_from))
    seen_in_room(tx, room, role)
    if account is not None:
        note(tx, account, "video.entered", room, now)
    return Entered(participant, secret, state, seq, 1)


def come_back(tx: Connection, room: str, secret: str, now: datetime, after: int | None = None) -> Entered:
    """The same participant on a new line, which misses nothing.

    It reads on after `after`, the last event that the browser had, or without it where the old line stopped reading.
    Raises NotFound where the secret is none of this room's, or its participant has left or was put out.
    """
    if not secret.isascii():
        raise NotFound("participant")
    sweep(tx, room, now)
    mine = participants.c.room_id == room, participants.c.secret_digest == digest(secret), present()
    row = tx.execute(
        update(participants)
        .where(*mine)
        .values(away=False, line=participants.c.line + 1, seen_at=now)
        .returning(participants.c.id, participants.c.state, participants.c.line, participants.c.heard)
    ).first()
    if row is None:
        raise NotFound("participant")
    seq = write(tx, room, "came", row.id, now)
    heard = row.heard if after is None else max(0, min(after, seq - 1))
    return Entered(row.id, secret, row.state, heard, row.line)


def seen(tx: Connection, participant: str, now: datetime, line: int, heard: int) -> bool:
    """The participant's line is alive and has read up to `heard`. Called by whoever holds the line, every 15 s.

    False where it is not the participant's line any more: another has come, or the participant has left.
    """
    hold_room_of(tx, participant)
    values = {"seen_at": now, "heard": heard}
    return tx.execute(update(participants).where(_on(participant, line)).values(values)).rowcount == 1


def gone(tx: Connection, participant: str, now: datetime, line: int, heard: int) -> int | None:
    """The line dropped after reading up to `heard`; the event's number, None where another line has come."""
    room = hold_room_of(tx, participant)
    values = {"away": True, "seen_at": now, "heard": heard}
    dropped = update(participants).where(_on(participant, line)).values(values)
    if room is None or tx.execute(dropped).rowcount != 1:
        return None
    return write(tx, room, "away", participant, now)


def leave(tx: Connection, participant: str, now: datetime) -> int | None:
    """Leave for good; the event's number, None where the participant has left already."""
    room = hold_room_of(tx, participant)
    left = update(participants).where(_is(participant), present())
    if room is None or tx.execute(left.values(state="left", hears_from=None, seen_at=now)).rowcount != 1:
        return None
    seq = write(tx, room, "left", participant, now)
    end_if_empty(tx, room, now)
    return seq


def sweep(tx: Connection, room: str, now: datetime) -> int | None:
    """Let those leave who have not been seen for longer than `GRACE`; the last event's number, None without any."""
    hold(tx, room)
    lost = tx.scalars(
        update(participants)
        .where(participants.c.room_id == room, present(), participants.c.seen_at < now - GRACE)
        .values(state="left", hears_from=None)
        .returning(participants.c.id)
    ).all()
    if not lost:
        return None
    numbers = [write(tx, room, "left", participant, now) for participant in sorted(lost)]
    end_if_empty(tx, room, now)
    return numbers[-1]


def fits(tx: Connection, room: str, state: State) -> None:
    """Raise RoomFull where too many are in `state` now; keep in mind how many were in at most."""
    many = how_many(tx, room, state)
    if many > MOST:
        raise RoomFull(room)
    if state == "in":
        tx.execute(update(rooms).where(rooms.c.id == room, rooms.c.most < many).values(most=many))


def how_many(tx: Connection, room: str, state: State) -> int:
    here = select(participants.c.id).where(participants.c.room_id == room, participants.c.state == state)
    return len(tx.scalars(here).all())


def _is(participant: str) -> ColumnElement[bool]:
    return participants.c.id == participant


def _on(participant: str, line: int) -> ColumnElement[bool]:
    return (participants.c.id == participant) & (participants.c.line == line) & present()
