"""Putting mail into the outbox, and a sender's way through it: lease, send, mark.

A row that was sent but not marked is sent again after its lease, with the same Message-ID: twice at worst, never lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from services.ids import new_id
from services.outbox.tables import outbox

LEASE = timedelta(seconds=60)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to send. `calendar`: an iCalendar object with its method (REQUEST, CANCEL), or None."""

    recipient: str
    language: str
    subject: str
    text: str
    calendar: str | None = None
    calendar_method: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A leased row: `id` is its Message-ID's local part, `attempts` counts this one."""

    id: str
    mail: Mail
    created_at: datetime
    attempts: int


def put(tx: Connection, mail: Mail, now: datetime, appointment: str | None = None) -> str:
    """Write `mail` into the outbox with the act it tells of; its id."""
    row_id = new_id()
    tx.execute(
        insert(outbox).values(
            id=row_id,
            appointment_id=appointment,
            recipient=mail.recipient,
            language=mail.language,
            subject=mail.subject,
            text=mail.text,
            calendar=mail.calendar,
            calendar_method=mail.calendar_method,
            created_at=now,
            due_at=now,
            attempts=0,
        )
    )
    return row_id


def lease_next(tx: Connection, now: datetime) -> Due | None:
    """Take the oldest due row for `LEASE`; None where nothing is due. No two senders get the same row."""
    due: Any = (
        outbox.c.sent_at.is_(None)
        & outbox.c.failed_at.is_(None)
        & (outbox.c.due_at <= now)
        & or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)
    )
    oldest = select(outbox.c.id).where(due).order_by(outbox.c.due_at, outbox.c.created_at).limit(1).scalar_subquery()
    row = tx.execute(
        update(outbox)
        .where(outbox.c.id == oldest, due)
        .values(leased_until=now + LEASE, attempts=outbox.c.attempts + 1)
        .returning(outbox)
    ).first()
    if row is None:
        return None
    mail = Mail(row.recipient, row.language, row.subject, row.text, row.calendar, row.calendar_method)
    return Due(row.id, mail, row.created_at, row.attempts)


def mark_sent(tx: Connection, row_id: str, now: datetime) -> None:
    """The mail is out of our hands."""
    tx.execute(update(outbox).where(outbox.c.id == row_id).values(sent_at=now, leased_until=None, last_error=None))


def postpone(tx: Connection, due: Due, reason: str, now: datetime) -> None:
    """This mail could not be sent now: try again after a growing pause, give up after the last."""
    values: dict[str, Any] = {"leased_until": None, "last_error": reason}
    if due.attempts > len(PAUSES):
        values["failed_at"] = now
    else:
        values["due_at"] = now + PAUSES[due.attempts - 1]
    tx.execute(update(outbox).where(outbox.c.id == due.id).values(values))


def give_up(tx: Connection, due: Due, reason: str, now: datetime) -> None:
    """This mail will never be accepted."""
    tx.execute(update(outbox).where(outbox.c.id == due.id).values(failed_at=now, leased_until=None, last_error=reason))


def give_back(tx: Connection, due: Due, reason: str) -> None:
    """Nothing can be sent at all now, which is not this mail's fault: as if it had not been taken."""
    tx.execute(
        update(outbox)
        .where(outbox.c.id == due.id)
        .values(leased_until=None, last_error=reason, attempts=outbox.c.attempts - 1)
    )
