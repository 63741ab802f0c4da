"""A slot kept for five minutes while somebody fills in the rest, and longer if they ask (WCAG 2.2, 2.2.1).

A hold takes what an appointment takes, by the same key, and becomes the appointment's. It ends by itself: a job gives
the time back, and every act that takes time does so before it looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from services.appointments.bookable import Bookable
from services.appointments.reserving import release
from services.appointments.tables import holds, reservations, reserved_cells
from services.appointments.taking import choose, take
from services.appointments.wish import Wish
from services.errors import Gone, Invalid, NotFound
from services.ids import derived_token, digest
from services.jobs.acts import enqueue

HELD = timedelta(minutes=5)
LONGEST = timedelta(minutes=60)
"""However often it is asked for, nobody keeps a slot longer than that without booking it: more than ten times HELD."""

EXPIRE = "appointments.expire_hold"


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot that is kept until `until` (UTC) for whoever has `token`."""

    id: str
    token: str
    slot: str
    room: str | None
    interpreted: bool
    until: datetime


def hold_token(secret: str, hold: str) -> str:
    """The capability over a hold; only its digest is stored."""
    return derived_token(secret, "hold", hold)


def hold(
    tx: Connection,
    hold_id: str,
    slot: str,
    topics: Sequence[Bookable],
    now: datetime,
    secret: str,
    *,
    interpreted: bool = False,
    instead_of: str | None = None,
) -> Hold:
    """Keep `slot`; `instead_of`: the token of a hold that is let go with it. `hold_id` is the caller's (`new_id()`).

    Raises Invalid (`slot`), SlotTaken.
    """
    release_expired(tx, now)
    with tx.begin_nested():
        if instead_of is not None:
            let_go(tx, instead_of)
        room = take(tx, hold_id, choose(tx, slot, topics, now, interpreted=interpreted), None, now)
    kept = Hold(hold_id, hold_token(secret, hold_id), slot, room, interpreted, now + HELD)
    tx.execute(
        insert(holds).values(
            id=kept.id,
            token_digest=digest(kept.token),
            slot=slot,
            room=room,
            interpreted=interpreted,
            until=kept.until,
            created_at=now,
        )
    )
    _want_end(tx, kept.id, kept.until, now)
    return kept


def find_hold(tx: Connection, token: str, now: datetime) -> Hold:
    """The hold as it stands. Raises Gone: it has ended, was booked or let go, or never was."""
    row = tx.execute(select(holds).where(holds.c.token_digest == digest(token), holds.c.until > now)).first()
    if row is None:
        raise Gone("hold")
    return Hold(row.id, token, row.slot, row.room, row.interpreted, row.until)


def extend(tx: Connection, token: str, now: datetime) -> Hold:
    """Keep it for five minutes from now on. Raises NotFound, Gone (it has ended, or was kept for LONGEST)."""
    row = tx.execute(select(holds).where(holds.c.token_digest == digest(token))).first()
    if row is None:
        raise NotFound("hold")
    until = max(row.until, min(now + HELD, row.created_at + LONGEST))
    live = holds.c.id == row.id, holds.c.until > now
    if tx.execute(update(holds).where(*live).values(until=until)).rowcount != 1:
        raise Gone("hold")
    if until > row.until:
        _want_end(tx, row.id, until, now)
    return Hold(row.id, token, row.slot, row.room, row.interpreted, until)


def let_go(tx: Connection, token: str) -> None:
    """Give it back; nothing where there is none (any more)."""
    held = tx.scalar(delete(holds).where(holds.c.token_digest == digest(token)).returning(holds.c.id))
    if held is not None:
        release(tx, held)


def take_over(tx: Connection, wish: Wish, now: datetime) -> Hold | None:
    """Make what is held the wish's; None where the hold has ended. Raises Invalid (`hold`: of another slot)."""
    token = wish.hold or ""
    mine = holds.c.token_digest == digest(token), holds.c.until > now
    row = tx.execute(delete(holds).where(*mine).returning(holds)).first()
    if row is None:
        return None
    if row.slot != wish.slot:
        raise Invalid("hold", "other_slot")
    if row.interpreted != (wish.interpreter is not None):
        release(tx, row.id)  # another length: it is taken anew
        return None
    for table in (reserved_cells, reservations):
        tx.execute(update(table).where(table.c.owner == row.id).values(owner=wish.id))
    return Hold(row.id, token, row.slot, row.room, row.interpreted, row.until)


_ENDED = select(holds.c.id).where(holds.c.until <= bindparam("now"))


def release_expired(tx: Connection, now: datetime) -> None:
    """Give back what holds keep that have ended."""
    ended = tx.scalars(_ENDED, {"now": now}).all()
    for each in ended:
        if tx.execute(delete(holds).where(holds.c.id == each, holds.c.until <= now)).rowcount:
            release(tx, each)


def _want_end(tx: Connection, hold_id: str, until: datetime, now: datetime) -> None:
    key = f"{EXPIRE}:{hold_id}:{until:%H%M%S%f}"
    enqueue(tx, EXPIRE, now, subject=hold_id, due_at=until, key=key)
