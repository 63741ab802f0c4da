"""Recording events in the transaction of the act they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from services.events.tables import events


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `session` ties the events of one talk together and is not its conversation's id.

    `kind` is a dotted word (`question.answered`, `booking.confirmed`); `data` holds counts, scores (0–1) and waits
    (ms), never anything a citizen wrote.
    """

    at: datetime
    kind: str
    session: str
    language: str | None = None
    unit: str | None = None
    entry: str | None = None
    place: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


_RECORD = insert(events)
_FIELDS = tuple(each.name for each in fields(Event))


def record(tx: Connection, happened: Sequence[Event]) -> None:
    """Write the events, in order."""
    if happened:
        tx.execute(_RECORD, [{name: getattr(event, name) for name in _FIELDS} for event in happened])
