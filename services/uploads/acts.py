"""Keeping track of uploaded files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from services.errors import NotFound
from services.uploads.tables import uploads

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was checked. `name` is the sender's, for show only; `size` in bytes."""

    id: str
    name: str
    content_type: str
    size: int


def keep(tx: Connection, files: Sequence[Upload], conversation: str, now: datetime) -> None:
    """Write down `files` of `conversation`."""
    tx.execute(insert(uploads), [{**asdict(file), "conversation_id": conversation, "at": now} for file in files])


def find(tx: Connection, upload: str) -> Upload:
    """The file's row. Raises NotFound, also once it is forgotten."""
    row = tx.execute(
        select(uploads.c.id, uploads.c.name, uploads.c.content_type, uploads.c.size).where(uploads.c.id == upload)
    ).first()
    if row is None:
        raise NotFound(upload)
    return Upload(*row)


def outdated(tx: Connection, now: datetime) -> list[str]:
    """The ids of files kept long enough."""
    return list(tx.scalars(select(uploads.c.id).where(uploads.c.at <= now - KEPT)))


def forget(tx: Connection, now: datetime) -> None:
    """Delete the rows of files kept long enough."""
    tx.execute(delete(uploads).where(uploads.c.at <= now - KEPT))
