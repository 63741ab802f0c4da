"""An expert's outside calendar, whose busy times are kept as absences; and the secret address of their own feed.

Who books holds the expert's row, and every act here that changes what is free writes that row first: a booking that
did not see it is run again. No act looks at appointments, which may have been made before a time became busy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select, update

from services.accounts.tables import accounts
from services.appointments import reserving
from services.appointments.feed_reading import Span
from services.appointments.shifts import cell_of
from services.appointments.tables import absences, experts, reservations
from services.audit.acts import note
from services.errors import Invalid, NotFound
from services.ids import digest, new_id, new_secret
from services.jobs.acts import enqueue

READ, READ_ONE = "feeds.read", "feeds.read_one"
SOURCE = "feed"
LONGEST_ADDRESS = 2000

_SPREAD = timedelta(minutes=10)  # of the quarter of an hour until the next reading
_WEBCAL = ("webcal://", "webcals://")


@dataclass(frozen=True, slots=True)
class Feed:
    """What is known of an expert's feeds. `read_at`: when the outside calendar was last tried; `problem`: its outcome.

    `language`: the account's own. `url` opens the whole calendar of whoever gave it: nobody is shown more of it than
    its host.
    """

    expert: str
    language: str | None
    url: str | None
    read_at: datetime | None
    problem: str | None
    has_address: bool


def feed_of(tx: Connection, expert: str) -> Feed:
    """By the expert's id. Raises NotFound."""
    return _feed(tx, _KNOWN.where(experts.c.id == expert))


def checked_address(written: str) -> str:
    """The address of a calendar as it is fetched; webcal is another word for https. Raises Invalid (`feed`)."""
    address = written.strip()
    for scheme in _WEBCAL:
        if address.casefold().startswith(scheme):
            address = f"https://{address[len(scheme) :]}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Invalid("feed", "address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(address) > LONGEST_ADDRESS:
        raise Invalid("feed", "address")
    if parts.scheme == "http" or port not in {None, 443}:
        raise Invalid("feed", "https")
    if parts.username is not None:
        raise Invalid("feed", "password")
    return address


def set_feed(tx: Connection, expert: str, url: str | None, by: str, now: datetime) -> None:
    """Let `url` be the expert's outside calendar; None: none, and what it kept is free again.

    What another calendar kept stays until this one is read. Raises NotFound, Invalid (`feed`).
    """
    address = None if url is None else checked_address(url)
    changed = {"feed_url": address, "feed_read_at": None, "feed_problem": None}
    account = _change(tx, experts.c.id == expert, **changed)
    if address is None:
        _replace(tx, expert, ())
    note(tx, by, "calendar.feed" if address else "calendar.feed_removed", account or expert, now)


def keep_feed(tx: Connection, expert: str, url: str, spans: Sequence[Span], now: datetime) -> bool:
    """Let `spans`, read from `url`, be what the expert's outside calendar keeps.

    False, and nothing is changed, where the calendar is another by now.
    """
    try:
        _change(tx, *_still(expert, url), feed_read_at=now, feed_problem=None)
    except NotFound:
        return False
    _replace(tx, expert, spans)
    return True


def fail_feed(tx: Connection, expert: str, url: str, problem: str, now: datetime) -> None:
    """Write that `url` could not be read, and why; what was known before stays."""
    tx.execute(update(experts).where(*_still(expert, url)).values(feed_read_at=now, feed_problem=problem))


def feeds_to_read(tx: Connection) -> list[str]:
    """The experts who have an outside calendar, without those whose account is disabled."""
    found = select(experts.c.id).select_from(experts).outerjoin(accounts)
    return list(tx.scalars(found.where(experts.c.feed_url.is_not(None), _IN_USE).order_by(experts.c.id)))


def want_reading(tx: Connection, now: datetime) -> None:
    """Want a job for each calendar. They come one after the other: those that hang do not hold up all workers."""
    experts_with = feeds_to_read(tx)
    for number, expert in enumerate(experts_with):
        due, key = now + number * _SPREAD / len(experts_with), f"{READ_ONE}:{expert}:{now:%Y-%m-%dT%H:%M}"
        enqueue(tx, READ_ONE, now, subject=expert, due_at=due, key=key)


def new_calendar_address(tx: Connection, expert: str, by: str, now: datetime) -> str:
    """A new secret for the expert's own feed; the one before opens nothing from now on. Raises NotFound."""
    secret = new_secret()
    made = update(experts).where(experts.c.id == expert).values(calendar_digest=digest(secret))
    row = tx.execute(made.returning(experts.c.account_id)).first()
    if row is None:
        raise NotFound("expert")
    note(tx, by, "calendar.address", row.account_id or expert, now)
    return secret


def calendar_by(tx: Connection, secret: str) -> Feed:
    """Whose feed a secret opens. Raises NotFound, also where the account is disabled."""
    return _feed(tx, _KNOWN.where(experts.c.calendar_digest == digest(secret), _IN_USE))


def _feed(tx: Connection, which: Select[Any]) -> Feed:
    row = tx.execute(which).first()
    if row is None:
        raise NotFound("expert")
    return Feed(
        expert=row.id,
        language=row.language,
        url=row.feed_url,
        read_at=row.feed_read_at,
        problem=row.feed_problem,
        has_address=row.calendar_digest is not None,
    )


_KNOWN = select(experts, accounts.c.language).select_from(experts).outerjoin(accounts)
_IN_USE = or_(experts.c.account_id.is_(None), accounts.c.disabled.is_(False))


def _still(expert: str, url: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return experts.c.id == expert, experts.c.feed_url == url


def _change(tx: Connection, *which: ColumnElement[bool], **values: Any) -> str | None:
    """Write the expert's row, as whoever changes what is free must; the expert's account. Raises NotFound."""
    written = update(experts).where(*which).values(version=experts.c.version + 1, **values)
    row = tx.execute(written.returning(experts.c.account_id)).first()
    if row is None:
        raise NotFound("expert")
    account: str | None = row.account_id
    return account


def _replace(tx: Connection, expert: str, spans: Iterable[Span]) -> None:
    """Let `spans` be the absences from the feed; those that are there already stay as they are."""
    mine = absences.c.expert_id == expert, absences.c.source == SOURCE
    known = {(row.starts, row.ends): row.id for row in tx.execute(select(absences).where(*mine))}
    wanted = set(spans)
    gone = [known[span] for span in known.keys() - wanted]
    new = {new_id(): span for span in sorted(wanted - known.keys())}
    if gone:
        tx.execute(delete(reservations).where(reservations.c.owner.in_(gone)))
        tx.execute(delete(absences).where(absences.c.id.in_(gone)))
    if new:
        tx.execute(insert(absences), [_absence(expert, each, *span) for each, span in new.items()])
        tx.execute(insert(reservations), [_reservation(expert, each, *span) for each, span in new.items()])


def _absence(expert: str, absence: str, start: datetime, end: datetime) -> dict[str, Any]:
    return {"id": absence, "expert_id": expert, "starts": start, "ends": end, "source": SOURCE}


def _reservation(expert: str, absence: str, start: datetime, end: datetime) -> dict[str, Any]:
    """As `reserving.note()` writes it, for many owners at once: the cells that the time touches."""
    first, last = cell_of(start), cell_of(end - timedelta.resolution)
    return {
        "owner": absence,
        "resource": reserving.expert(expert),
        "first_cell": first,
        "cells": last - first + 1,
    }
