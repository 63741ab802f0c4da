"""Idempotency: a booking that is sent again gets its first outcome again, and nothing happens twice.

The outcome is looked up and written in the transaction of the booking itself, so a repeated key waits for the first,
and a process that dies in between leaves neither.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from services.appointments.acts import Compose, book, record_refusal
from services.appointments.bookable import Bookable
from services.appointments.slots import utc_text
from services.appointments.tables import answered_requests
from services.appointments.wish import Wish
from services.errors import CitizenBusy, ReusedId, SlotTaken
from services.ids import digest

Outcome = dict[str, Any]
"""`{"booked": {id, start, end}}`, or with the nearest free slots `{"taken": [slot …]}` (by somebody else) or
`{"busy": [slot …]}` (the citizen is elsewhere then): JSON without secrets and nothing that a citizen wrote.
"""


def content_digest(content: Any) -> str:
    """What identifies a request's JSON, whatever the order of its keys."""
    return digest(json.dumps(content, sort_keys=True))


def book_once(
    tx: Connection,
    key: str | None,
    content: str,
    wish: Wish,
    topics: Sequence[Bookable],
    now: datetime,
    secret: str,
    compose: Compose,
) -> Outcome:
    """Book, or give the outcome remembered for `key` (None: nothing is remembered); `content` is the request's digest.

    That the time was taken is an outcome too, and stays the answer to its key. Raises ReusedId where the key came with
    another content, and Invalid, which is not remembered: the request can be mended under the same key.
    """
    if key is None:
        return _outcome(tx, wish, topics, now, secret, compose)
    key_digest = digest(key)
    row = tx.execute(select(answered_requests).where(answered_requests.c.key_digest == key_digest)).first()
    if row is not None:
        if row.content_digest != content:
            raise ReusedId("idempotency key")
        remembered: Outcome = row.outcome
        return remembered
    outcome = _outcome(tx, wish, topics, now, secret, compose)
    tx.execute(insert(answered_requests).values(key_digest=key_digest, content_digest=content, outcome=outcome, at=now))
    return outcome


def _outcome(
    tx: Connection, wish: Wish, topics: Sequence[Bookable], now: datetime, secret: str, compose: Compose
) -> Outcome:
    try:
        appointment = book(tx, wish, topics, now, secret, compose)
    except CitizenBusy as busy:
        return {"busy": [slot.plain() for slot in busy.alternatives]}
    except SlotTaken as taken:
        unit = next(topic.unit for topic in topics if topic.id == wish.topic)
        record_refusal(tx, wish, unit, now)
        return {"taken": [slot.plain() for slot in taken.alternatives]}
    return {
        "booked": {
            "id": appointment.id,
            "start": utc_text(appointment.start),
            "end": utc_text(appointment.end),
        }
    }
