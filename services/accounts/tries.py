"""Counting tries in windows that begin with the first one, in the database, so that all workers count together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, insert, literal, or_, select, update

from services.accounts.tables import sign_in_tries
from services.schema import Utc

WINDOW = timedelta(minutes=15)

Bucket = tuple[str, int]
"""The digest of what is counted, and the most tries in a window."""


def count(tx: Connection, buckets: Sequence[Bucket], now: datetime) -> float:
    """0 and one try counted in each bucket; or, where one is full, the seconds until it is not, and nothing counted."""
    _not_ahead(tx, buckets, now)
    with tx.begin_nested() as counting:
        full = next((bucket for bucket in buckets if not _count(tx, bucket, now)), None)
        if full is not None:
            counting.rollback()
    return 0.0 if full is None else _wait(tx, full, now)


def empty(tx: Connection, bucket: Bucket, now: datetime) -> None:
    """Forget the tries in a bucket."""
    key, _ = bucket
    tx.execute(update(sign_in_tries).where(sign_in_tries.c.key_digest == key).values(tries=0, began_at=now))


def _count(tx: Connection, bucket: Bucket, now: datetime) -> bool:
    """Count one try in one conditional write, where there is room; whether there was."""
    key, most = bucket
    over = sign_in_tries.c.began_at <= now - WINDOW
    counted = (
        update(sign_in_tries)
        .where(sign_in_tries.c.key_digest == key, or_(over, sign_in_tries.c.tries < most))
        .values(
            tries=case((over, 1), else_=sign_in_tries.c.tries + 1),
            began_at=case((over, literal(now, Utc)), else_=sign_in_tries.c.began_at),
        )
    )
    if tx.execute(counted).rowcount == 1:
        return True
    if _began(tx, key) is not None:
        return False
    # Where another transaction inserts the same key at once, the primary key refuses ours, and the act is run again.
    tx.execute(insert(sign_in_tries).values(key_digest=key, began_at=now, tries=1))
    return True


def _not_ahead(tx: Connection, buckets: Sequence[Bucket], now: datetime) -> None:
    """Windows that begin in the future, from a clock that jumped, begin now: else they would last until then."""
    ahead: Any = sign_in_tries.c.key_digest.in_([key for key, _ in buckets]) & (sign_in_tries.c.began_at > now)
    tx.execute(update(sign_in_tries).where(ahead).values(began_at=now))


def _began(tx: Connection, key: str) -> datetime | None:
    began: datetime | None = tx.scalar(select(sign_in_tries.c.began_at).where(sign_in_tries.c.key_digest == key))
    return began


def _wait(tx: Connection, bucket: Bucket, now: datetime) -> float:
    began = _began(tx, bucket[0]) or now
    return (began + WINDOW - now).total_seconds()
