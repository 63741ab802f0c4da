"""Sessions: kept by us, so that they can be ended from elsewhere. The browser has a token; the table its digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from services.accounts.roles import held
from services.accounts.rules import Actor
from services.accounts.tables import accounts, sessions
from services.audit.acts import note
from services.errors import Forbidden
from services.ids import digest, new_id, new_secret

IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=12)
AHEAD = timedelta(minutes=1)
"""How much later than now a session may say that it began; see `_open()`."""

How = Literal["password", "link", "provider"]


@dataclass(frozen=True, slots=True)
class Session:
    """An open session; `how` the person signed in."""

    id: str
    begun_at: datetime
    seen_at: datetime
    how: How


def begin(tx: Connection, account: str, now: datetime, how: How, *, verified: str | None = None) -> str:
    """A new session's token. Raises Forbidden where the account is unknown or disabled.

    `verified`: the password hash that the password was just found right against; verifying takes a while, and where the
    password was changed meanwhile this too is Forbidden.
    """
    mine: Any = (accounts.c.id == account) & accounts.c.disabled.is_(False)
    if verified is not None:
        mine &= accounts.c.password_hash == verified
    if tx.execute(update(accounts).where(mine).values(signed_in_at=now)).rowcount != 1:
        raise Forbidden("the account cannot sign in")
    token, session = new_secret(), new_id()
    tx.execute(
        insert(sessions).values(
            id=session, token_digest=digest(token), account_id=account, how=how, begun_at=now, seen_at=now
        )
    )
    note(tx, account, "session.begun", account, now, how=how)
    return token


def resume(tx: Connection, token: str, now: datetime) -> Actor | None:
    """Who comes with `token`; None where it is unknown, ended, idle or too old, or its account is disabled."""
    if not token.isascii():  # a cookie can hold any bytes, and none of ours does
        return None
    row = tx.execute(
        select(sessions, accounts.c.name, accounts.c.language)
        .join_from(sessions, accounts)
        .where(sessions.c.token_digest == digest(token), accounts.c.disabled.is_(False), _open(now))
    ).first()
    if row is None:
        return None
    roles, units = held(tx, row.account_id)
    return Actor(row.account_id, row.name, roles, units, row.language, row.id, row.begun_at + LONGEST)


def touch(tx: Connection, session: str, now: datetime) -> None:
    """The person was here at `now`; a session that is over stays so."""
    tx.execute(
        update(sessions).where(sessions.c.id == session, sessions.c.seen_at < now, _open(now)).values(seen_at=now)
    )


def end(tx: Connection, session: str, now: datetime, by: str) -> None:
    """End one session; a second time changes nothing."""
    this = update(sessions).where(sessions.c.id == session, sessions.c.ended_at.is_(None))
    account = tx.scalar(this.values(ended_at=now).returning(sessions.c.account_id))
    if account is not None:
        note(tx, by, "session.ended", account, now)


def end_all(tx: Connection, account: str, now: datetime, by: str, but: str | None = None) -> int:
    """End all sessions of `account`, except the one with the id `but`; how many there were."""
    ended = close_all(tx, account, now, but)
    note(tx, by, "session.ended_all", account, now, sessions=ended)
    return ended


def of(tx: Connection, account: str, now: datetime) -> list[Session]:
    """The open sessions of `account`, the newest first."""
    mine = select(sessions).where(sessions.c.account_id == account, _open(now)).order_by(sessions.c.begun_at.desc())
    return [Session(row.id, row.begun_at, row.seen_at, row.how) for row in tx.execute(mine)]


def close_all(tx: Connection, account: str, now: datetime, but: str | None = None) -> int:
    """`end_all` as a part of an act that has an audit entry of its own."""
    mine: Any = (sessions.c.account_id == account) & _open(now)
    if but is not None:
        mine &= sessions.c.id != but
    return tx.execute(update(sessions).where(mine).values(ended_at=now)).rowcount


def _open(now: datetime) -> Any:
    """Not ended, seen within `IDLE`, begun within `LONGEST` and not in the future.

    Where the clock jumped back, a session would else live until the wrong time comes: as long as the jump was.
    """
    return (
        sessions.c.ended_at.is_(None)
        & (sessions.c.seen_at > now - IDLE)
        & (sessions.c.begun_at > now - LONGEST)
        & (sessions.c.begun_at <= now + AHEAD)
    )
