"""Putting mail and text messages into the outbox, with the job that sends each."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from services.errors import NotFound
from services.ids import new_id
from services.jobs.acts import enqueue
from services.outbox.tables import outbox, texts

MAIL = "mail"
"""The kind of the jobs; their subject is the mail's id."""
SMS = "sms"
"""The same for text messages."""


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
class Sms:
    """A text message to send to a phone number."""

    recipient: str
    text: str


Message = Mail | Sms


@dataclass(frozen=True, slots=True)
class Written:
    """A mail in the outbox: `id` is its Message-ID's local part."""

    id: str
    mail: Mail
    created_at: datetime


_PUT = {MAIL: insert(outbox), SMS: insert(texts)}


def put(tx: Connection, message: Message, now: datetime, appointment: str | None = None) -> str:
    """Write `message` into the outbox with the act it tells of; its id."""
    row_id = new_id()
    kind = MAIL if isinstance(message, Mail) else SMS
    tx.execute(_PUT[kind], {"id": row_id, "appointment_id": appointment, "created_at": now, **asdict(message)})
    enqueue(tx, kind, now, subject=row_id)
    return row_id


def find(tx: Connection, row_id: str) -> Written:
    """The mail of that id. Raises NotFound."""
    content = [outbox.c[field.name] for field in fields(Mail)]
    row = tx.execute(select(outbox.c.created_at, *content).where(outbox.c.id == row_id)).first()
    if row is None:
        raise NotFound(row_id)
    created_at, *values = row
    return Written(row_id, Mail(*values), created_at)


def find_text(tx: Connection, row_id: str) -> Sms:
    """The text message of that id. Raises NotFound."""
    row = tx.execute(select(texts.c.recipient, texts.c.text).where(texts.c.id == row_id)).first()
    if row is None:
        raise NotFound(row_id)
    return Sms(*row)


def mark_text_sent(tx: Connection, row_id: str, now: datetime) -> None:
    """The gateway has it."""
    tx.execute(update(texts).where(texts.c.id == row_id).values(sent_at=now))


def mark_sent(tx: Connection, row_id: str, now: datetime) -> None:
    """The mail is out of our hands."""
    tx.execute(update(outbox).where(outbox.c.id == row_id).values(sent_at=now))
