"""An appointment that begins now, with an expert who has just said yes, and a citizen who is here without a booking."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from services.accounts.records import Account
from services.appointments import reserving
from services.appointments.bookable import Bookable
from services.appointments.records import Appointment, find, token_of
from services.appointments.reserving import Taken, reserve
from services.appointments.shifts import cell_of, cells_in, instant_of
from services.appointments.tables import appointments, experts, reservations, reserved_cells
from services.errors import Conflict
from services.ids import digest, new_id

WALK_IN = ""
"""The name of a citizen who is here without a booking; whoever books has one."""


def expert_of(tx: Connection, account: Account, unit: str) -> str:
    """The id of the expert that `account` is; one that cannot be booked is made where there is none."""
    known: str | None = tx.scalar(select(experts.c.id).where(experts.c.account_id == account.id))
    if known is not None:
        return known
    made = new_id()
    nothing: dict[str, list[str]] = {name: [] for name in ("topics", "places", "hours")}
    tx.execute(
        insert(experts).values(
            id=made,
            account_id=account.id,
            unit=unit,
            title=account.title,
            languages=["fi"],
            demo=False,
            version=1,
            **nothing,
        )
    )
    return made


def begin_now(
    tx: Connection, expert: str, topic: Bookable, place: str, language: str, now: datetime, secret: str
) -> Appointment:
    """An appointment of `expert` from now on, as long as the topic takes, or until the expert's next time is taken.

    It has no name and no contact: the citizen is with who called. It begins with the cell that `now` is in, so that it
    is on at once. Raises Conflict where the expert has not even five minutes; on PostgreSQL, a time that is taken at
    this moment raises IntegrityError, and the act runs again (`services/postgres.py`).
    """
    first, wanted = cell_of(now), cells_in(topic.minutes + topic.buffer)
    free = _free(tx, expert, first, wanted)
    if not free:
        raise Conflict("the expert has another appointment now")
    appointment = new_id()
    reserve(tx, appointment, [Taken(reserving.expert(expert), first, free)])
    start, token = instant_of(first), token_of(secret, appointment)
    tx.execute(
        insert(appointments).values(
            id=appointment,
            token_digest=digest(token),
            expert_id=expert,
            topic=topic.id,
            unit=topic.unit,
            place=place,
            language=language,
            starts=start,
            ends=min(start + timedelta(minutes=topic.minutes), instant_of(first + free)),
            name=WALK_IN,
            needs=[],
            same_expert=False,
            state="checked_in",
            guest_came=True,
            sequence=0,
            created_at=now,
            changed_at=now,
        )
    )
    return find(tx, token)


def give_back(tx: Connection, appointment: str, now: datetime) -> None:
    """All have left the room of an appointment that began on the spot: the expert can be called again.

    The five minutes that `now` is in stay theirs. Nothing where it was booked, or its time is over.
    """
    end = cell_of(now) + 1
    mine = appointments.c.id == appointment, appointments.c.name == WALK_IN, appointments.c.ends > instant_of(end)
    if tx.execute(update(appointments).where(*mine).values(ends=instant_of(end))).rowcount != 1:
        return
    tx.execute(delete(reserved_cells).where(reserved_cells.c.owner == appointment, reserved_cells.c.cell >= end))
    shorter = update(reservations).where(reservations.c.owner == appointment)
    tx.execute(shorter.values(cells=end - reservations.c.first_cell))


def _free(tx: Connection, expert: str, first: int, wanted: int) -> int:
    """How many cells from `first` on nobody has, at most `wanted`."""
    of = reserved_cells.c
    mine = of.resource == reserving.expert(expert), of.cell >= first, of.cell < first + wanted
    next_taken: int | None = tx.scalar(select(of.cell).where(*mine).order_by(of.cell).limit(1))
    return wanted if next_taken is None else next_taken - first
