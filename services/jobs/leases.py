"""A worker's way through a job: lease, do, mark.

Whoever leases a row puts a new token on it, and marks it only while that token stands: the fence. A worker that was
away for longer than its lease (a machine that was stopped, say) finds another's token there, and nothing of its act is
kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, literal, or_, select, update

from services.errors import Conflict
from services.ids import new_id
from services.jobs.tables import is_open, jobs
from services.schema import Utc

LEASE = timedelta(seconds=60)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))
LONGEST_REASON = 200


class LeaseLost(Conflict):
    """Another worker has this job by now; nothing was written."""


@dataclass(frozen=True, slots=True)
class Job:
    """A leased job. `subject`: the id of what it is about; `attempts` counts this one; `lease`: the token."""

    id: str
    kind: str
    subject: str | None
    body: dict[str, Any]
    created_at: datetime
    due_at: datetime
    attempts: int
    lease: str


def lease_due(
    tx: Connection,
    now: datetime,
    most: int,
    *,
    lengths: Mapping[str, timedelta] | None = None,
    without: Collection[str] = (),
) -> list[Job]:
    """Take up to `most` due jobs, the longest due first; no two workers get the same one.

    `lengths`: for how long jobs of a kind are leased where it is not LEASE. `without`: kinds that are not taken.
    """
    lengths = lengths or {}
    due: Any = is_open & (jobs.c.due_at <= now) & unleased(now, lengths) & jobs.c.kind.not_in(without)
    order = (jobs.c.due_at, jobs.c.created_at, jobs.c.id)
    picked = select(jobs.c.id).where(due).order_by(*order).limit(most).with_for_update(skip_locked=True).cte("picked")
    rows = tx.execute(
        update(jobs)
        .where(jobs.c.id.in_(select(picked.c.id)), due)
        .values(
            lease=new_id(),
            leased_until=_by_kind(lambda length: now + length, lengths),
            attempts=jobs.c.attempts + 1,
        )
        .returning(*(jobs.c[name] for name in Job.__slots__))
    )
    return sorted((Job(*row) for row in rows), key=lambda job: (job.due_at, job.created_at, job.id))


def finish(tx: Connection, job: Job, act: Callable[[Connection, datetime], object] | None, now: datetime) -> None:
    """Mark `job` done and do `act`, as one. Raises LeaseLost, and what `act` raises; then nothing is written."""
    _mark(tx, job, done_at=now, last_error=None)
    if act is not None:
        act(tx, now)


def fail(tx: Connection, job: Job, reason: str, now: datetime, *, final: bool = False) -> None:
    """`job` could not be done: again after a growing pause; dead after the last one, or at once where it is `final`.

    Raises LeaseLost.
    """
    if final or job.attempts > len(PAUSES):
        _mark(tx, job, failed_at=now, last_error=reason[:LONGEST_REASON])
    else:
        _mark(tx, job, due_at=now + PAUSES[job.attempts - 1], last_error=reason[:LONGEST_REASON])


def give_back(tx: Connection, job: Job, reason: str) -> None:
    """No such job can be done at all now, which is not this one's fault: as if it had not been taken.

    Raises LeaseLost.
    """
    _mark(tx, job, attempts=jobs.c.attempts - 1, last_error=reason[:LONGEST_REASON])


def unleased(now: datetime, lengths: Mapping[str, timedelta]) -> ColumnElement[bool]:
    """Nobody has it. A lease that ends later than leases can was given by a clock that was wrong: it does not count."""
    until = jobs.c.leased_until
    return or_(until.is_(None), until <= now, until > _by_kind(lambda length: now + 2 * length, lengths))


def held(job: Job) -> ColumnElement[bool]:
    """The row of `job`, while its token stands."""
    return (jobs.c.id == job.id) & (jobs.c.lease == job.lease)


def _mark(tx: Connection, job: Job, **values: Any) -> None:
    """Write `values` and end the lease, if it is still ours."""
    marked = tx.execute(update(jobs).where(held(job)).values(lease=None, leased_until=None, **values))
    if marked.rowcount != 1:
        raise LeaseLost(job.id)


def _by_kind(moment: Callable[[timedelta], datetime], lengths: Mapping[str, timedelta]) -> ColumnElement[datetime]:
    """What `moment` makes of the length of a row's lease."""
    usual = literal(moment(LEASE), Utc)
    if not lengths:
        return usual
    return case(*((jobs.c.kind == kind, literal(moment(length), Utc)) for kind, length in lengths.items()), else_=usual)
