"""Reading and replacing the knowledge base's rows. What an item means is the business of `knowledge`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from services.content.tables import content_items, content_revisions

Items = Mapping[str, Sequence[dict[str, Any]]]


def revision(tx: Connection) -> int:
    """The number of the newest revision; 0 where the database has no content yet."""
    return int(tx.scalar(select(func.coalesce(func.max(content_revisions.c.revision), 0))) or 0)


def all_items(tx: Connection) -> dict[str, list[dict[str, Any]]]:
    """All items by kind (`units`, `entries`, `topics`, `places`, `agencies`, `vocabulary`), each in its order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tx.execute(select(content_items).order_by(content_items.c.kind, content_items.c.position)):
        found.setdefault(row.kind, []).append(row.body)
    return found


def replace_all(tx: Connection, items: Items, now: datetime, by: str, source: str) -> int:
    """Put `items` in the place of everything there was; the number of the new revision."""
    tx.execute(delete(content_items))
    rows = [
        {"kind": kind, "id": body.get("id", kind), "position": position, "body": body}
        for kind, bodies in items.items()
        for position, body in enumerate(bodies)
    ]
    if rows:
        tx.execute(insert(content_items), rows)
    tx.execute(insert(content_revisions).values(at=now, by=by, source=source))
    return revision(tx)
