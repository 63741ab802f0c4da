"""Setting a password by a one-time link, at first and when it was forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from services.accounts.links import end_links, is_open
from services.accounts.records import Account, person
from services.accounts.sessions import close_all
from services.accounts.tables import accounts, set_up_links
from services.audit.acts import note
from services.errors import Gone, NotFound
from services.ids import digest


def opened(tx: Connection, token: str, now: datetime) -> Account:
    """Whose link `token` is. Raises NotFound (unknown), Gone (used, replaced, older than 7 days, account disabled)."""
    row = _link(tx, token)
    if row is None:
        raise NotFound("set-up link")
    account = person(tx, row.account_id)
    if account.disabled or not is_open(row.created_at, row.ended_at, now):
        raise Gone("set-up link")
    return account


def set_up(tx: Connection, token: str, password_hash: str, now: datetime) -> str:
    """Use the link: its account gets the password and its sessions end; the account's id.

    Raises NotFound and Gone as `opened()` does. Of two requests at once one gets Gone.
    """
    account = opened(tx, token, now).id
    this = (set_up_links.c.token_digest == digest(token)) & set_up_links.c.ended_at.is_(None)
    if tx.execute(update(set_up_links).where(this).values(ended_at=now)).rowcount != 1:
        raise Gone("set-up link")
    end_links(tx, account, now)
    tx.execute(
        update(accounts)
        .where(accounts.c.id == account)
        .values(password_hash=password_hash, version=accounts.c.version + 1)
    )
    close_all(tx, account, now)
    note(tx, account, "account.set_up", account, now)
    return account


def _link(tx: Connection, token: str) -> Row[Any] | None:
    if not token.isascii():  # an address can hold anything, and none of ours does
        return None
    return tx.execute(select(set_up_links).where(set_up_links.c.token_digest == digest(token))).first()
