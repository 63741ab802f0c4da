"""Rows of set-up links: a link works once, for seven days, and is kept by its digest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from services.accounts.tables import set_up_links
from services.ids import digest, new_secret

LASTS = timedelta(days=7)
AHEAD = timedelta(minutes=1)
"""How much later than now a row may say that it was made: clocks of two machines differ, one that jumped is wrong."""


def make_link(tx: Connection, account: str, now: datetime) -> str:
    """A new link's token; the older ones of `account` end."""
    end_links(tx, account, now)
    token = new_secret()
    tx.execute(insert(set_up_links).values(token_digest=digest(token), account_id=account, created_at=now))
    return token


def end_links(tx: Connection, account: str, now: datetime) -> None:
    """End the links of `account` that are still open."""
    mine: Any = (set_up_links.c.account_id == account) & set_up_links.c.ended_at.is_(None)
    tx.execute(update(set_up_links).where(mine).values(ended_at=now))


def is_open(created_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a link works at `now`."""
    return ended_at is None and created_at <= now + AHEAD and now < created_at + LASTS
