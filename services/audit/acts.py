"""Writing an entry in the transaction of the act it tells of, and reading entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from services.accounts.tables import accounts
from services.audit.tables import audit

KEPT = timedelta(days=2 * 365 + 2)
"""Two years, leap day and a day's margin: the triggers go by the database's clock, which may differ from ours."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`by`: an account's id, or who else acted ("command line"). Names are those of today, None where it is no account.

    `act` is a dotted word ("account.added"), `subject` the id of what it was done to.
    """

    number: int
    at: datetime
    by: str
    by_name: str | None
    act: str
    subject: str | None
    subject_name: str | None
    data: dict[str, Any]


def note(tx: Connection, by: str, act: str, subject: str | None, now: datetime, **data: Any) -> None:
    """Write that `by` did `act` to `subject`; `data` is small JSON without secrets."""
    tx.execute(insert(audit).values(at=now, by=by, act=act, subject=subject, data=data))


def entries(
    tx: Connection, *, before: int | None = None, limit: int = 50, subject: str | None = None, by: str | None = None
) -> list[Entry]:
    """Up to `limit` entries, newest first: those with a number below `before`, of one subject, by one actor."""
    actor, target = accounts.alias("actor"), accounts.alias("target")
    found = (
        select(audit, actor.c.name.label("by_name"), target.c.name.label("subject_name"))
        .outerjoin_from(audit, actor, actor.c.id == audit.c.by)
        .outerjoin(target, target.c.id == audit.c.subject)
        .order_by(audit.c.number.desc())
        .limit(limit)
    )
    if before is not None:
        found = found.where(audit.c.number < before)
    if subject is not None:
        found = found.where(audit.c.subject == subject)
    if by is not None:
        found = found.where(audit.c.by == by)
    return [Entry(**row._mapping) for row in tx.execute(found)]


def forget_old(tx: Connection, now: datetime) -> None:
    """Delete the entries that are older than two years."""
    tx.execute(delete(audit).where(audit.c.at < now - KEPT))
