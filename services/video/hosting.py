"""What hosts do: letting in, and putting out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from services.errors import Forbidden, NotFound
from services.video.ending import begun, end_if_empty
from services.video.presence import fits
from services.video.records import present
from services.video.stream import hold, write
from services.video.tables import participants


def admit(tx: Connection, room: str, by: str, participant: str, now: datetime) -> int | None:
    """Let one who waits in; the event's number, None where another host was faster.

    Raises Forbidden (`by` is no host in this room), NotFound (nobody of that id is here), RoomFull.
    """
    _host(tx, room, by)
    let_in = update(participants).where(_here(room, participant), waiting()).values(state="in")
    if tx.execute(let_in).rowcount != 1:
        _present(tx, room, participant)
        return None
    fits(tx, room, "in")
    begun(tx, room, now)
    seq = write(tx, room, "admitted", participant, now, body={"by": by})
    tx.execute(update(participants).where(participants.c.id == participant).values(hears_from=seq))
    return seq


def put_out(tx: Connection, room: str, by: str, participant: str, now: datetime) -> int | None:
    """Make one leave, waiting or in, whose secret is of no use then; the event's number, None where they had left.

    Raises Forbidden (`by` is no host in this room), NotFound.
    """
    _host(tx, room, by)
    out = update(participants).where(_here(room, participant), present())
    if tx.execute(out.values(state="left", hears_from=None, seen_at=now)).rowcount != 1:
        _known(tx, room, participant)
        return None
    seq = write(tx, room, "put_out", participant, now, body={"by": by})
    end_if_empty(tx, room, now)
    return seq


def waiting() -> ColumnElement[bool]:
    """Has not been let in yet."""
    return participants.c.state == "waiting"


def _host(tx: Connection, room: str, by: str) -> None:
    hold(tx, room)
    row = tx.execute(
        select(participants.c.id).where(_here(room, by), participants.c.role == "host", participants.c.state == "in")
    ).first()
    if row is None:
        raise Forbidden("only a host in the room may")


def _known(tx: Connection, room: str, participant: str) -> None:
    if tx.execute(select(participants.c.id).where(_here(room, participant))).first() is None:
        raise NotFound("participant")


def _present(tx: Connection, room: str, participant: str) -> None:
    if tx.execute(select(participants.c.id).where(_here(room, participant), present())).first() is None:
        raise NotFound("participant")


def _here(room: str, participant: str) -> ColumnElement[bool]:
    return (participants.c.room_id == room) & (participants.c.id == participant)
