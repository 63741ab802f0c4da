"""Putting mail into the outbox, with the job that sends it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from services.errors import NotFound
from services.ids import new_id
from services.jobs.acts import enqueue
from services.outbox.tables import outbox

MAIL = "mail"
"""The kind of the jobs; their subject is the mail's id."""


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
class Written:
    """A mail in the outbox: `id` is its Message-ID's local part."""

    id: str
    mail: Mail
    created_at: datetime


def put(tx: Connection, mail: Mail, now: datetime, appointment: str | None = None) -> str:
    """Write `mail` into the outbox with the act it tells of; its id."""
    row_id = new_id()
    tx.execute(insert(outbox).values(id=row_id, appointment_id=appointment, created_at=now, **asdict(mail)))
    enqueue(tx, MAIL, now, subject=row_id)
    return row_id


def find(tx: Connection, row_id: str) -> Written:
    """The mail of that id. Raises NotFound."""
    content = [outbox.c[field.name] for field in fields(Mail)]
    row = tx.execute(select(outbox.c.created_at, *content).where(outbox.c.id == row_id)).first()
    if row is None:
        raise NotFound(row_id)
    created_at, *values = row
    return Written(row_id, Mail(*values), created_at)


def mark_sent(tx: Connection, row_id: str, now: datetime) -> None:
    """The mail is out of our hands."""
    tx.execute(update(outbox).where(outbox.c.id == row_id).values(sent_at=now))
