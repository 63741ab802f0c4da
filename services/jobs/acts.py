"""Wanting a job, in the transaction of what it follows from; and what an admin sees and does of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from services.audit.acts import note
from services.errors import Conflict, NotFound
from services.ids import new_id
from services.jobs.tables import is_open, jobs

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as admins see it; nothing in it names a person."""

    id: str
    kind: str
    subject: str | None
    created_at: datetime
    due_at: datetime
    attempts: int
    last_error: str | None
    failed_at: datetime | None


# Built once: building a statement takes longer than the database takes to do it.
_KNOWN = select(jobs.c.id).where(jobs.c.key == bindparam("wanted"))
_WANT = insert(jobs)


def enqueue(
    tx: Connection,
    kind: str,
    now: datetime,
    *,
    subject: str | None = None,
    body: dict[str, Any] | None = None,
    due_at: datetime | None = None,
    key: str | None = None,
) -> str:
    """Want a job of `kind`, done once this transaction is committed and `due_at` (now) is past; its id.

    `subject`: the id of what it is about, and `body` what else its handler must know; no personal data in either.
    The same `key` is the same job: where there is one, done or not, it stays as it is.
    """
    if key is not None:
        # Two that see none at the same moment: the unique key refuses one, and its transaction is run again.
        known: str | None = tx.scalar(_KNOWN, {"wanted": key})
        if known is not None:
            return known
    job = new_id()
    row = {
        "id": job,
        "kind": kind,
        "subject": subject,
        "body": body or {},
        "key": key,
        "created_at": now,
        "due_at": due_at or now,
        "attempts": 0,
    }
    tx.execute(_WANT, row)
    return job


def waiting(tx: Connection, limit: int = 100) -> list[JobRow]:
    """Jobs that are not done yet, the next due first."""
    return _rows(tx, is_open, jobs.c.due_at, limit)


def dead(tx: Connection, limit: int = 100) -> list[JobRow]:
    """Jobs that were given up, the latest first."""
    return _rows(tx, jobs.c.failed_at.is_not(None), jobs.c.failed_at.desc(), limit)


def retry(tx: Connection, job: str, now: datetime, by: str) -> None:
    """Let a dead job begin anew. Raises NotFound, and Conflict where it is not dead."""
    anew = {"failed_at": None, "due_at": now, "attempts": 0}
    revived = tx.execute(
        update(jobs).where(jobs.c.id == job, jobs.c.failed_at.is_not(None)).values(anew).returning(jobs.c.kind)
    ).scalar()
    if revived is None:
        if tx.scalar(select(jobs.c.id).where(jobs.c.id == job)) is None:
            raise NotFound(job)
        raise Conflict(f"the job {job} is not dead")
    note(tx, by, "job.retried", job, now, kind=revived)


def forget_done(tx: Connection, now: datetime) -> None:
    """Delete what was done long ago. Dead jobs stay until somebody has dealt with them."""
    tx.execute(delete(jobs).where(jobs.c.done_at <= now - KEPT))


def _rows(tx: Connection, which: ColumnElement[bool], order: ColumnElement[Any], limit: int) -> list[JobRow]:
    columns = [jobs.c[name] for name in JobRow.__slots__]
    return [JobRow(*row) for row in tx.execute(select(*columns).where(which).order_by(order, jobs.c.id).limit(limit))]
