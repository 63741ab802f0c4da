"""What is done to accounts; each act writes its audit entry. `by`: an account's id, or "command line"."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import IntegrityError

from services.accounts.links import end_links, make_link
from services.accounts.logins import normal_login
from services.accounts.records import person
from services.accounts.roles import keep_an_admin, mark_changed, replace
from services.accounts.rules import Role
from services.accounts.sessions import close_all
from services.accounts.tables import accounts, sessions, set_up_links, sign_in_tries
from services.audit.acts import note
from services.errors import Gone, Invalid, LoginTaken, NotFound
from services.ids import new_id

__all__ = ["add", "disable", "enable", "forget_old", "new_link", "normal_login", "set_language", "set_name",
           "set_roles", "set_title"]  # fmt: skip

LONGEST_NAME, LONGEST_TITLE = 100, 100
KEPT = timedelta(days=30)
TRIES_KEPT = timedelta(days=1)


def add(
    tx: Connection, login: str, roles: Collection[Role], units: Collection[str], now: datetime, by: str
) -> tuple[str, str]:
    """A new account, named like its login, and the token of its set-up link.

    Raises Invalid (`login`; `roles` where there is none) and LoginTaken.
    """
    _some(roles)
    account, login = new_id(), normal_login(login)
    row = {"id": account, "login": login, "name": login, "title": {}, "disabled": False, "version": 0}
    try:
        with tx.begin_nested():
            tx.execute(insert(accounts).values(**row, created_at=now))
    except IntegrityError as taken:
        raise LoginTaken(login) from taken
    replace(tx, account, roles, units)
    note(tx, by, "account.added", account, now, roles=sorted(roles), units=sorted(units))
    return account, make_link(tx, account, now)


def new_link(tx: Connection, account: str, now: datetime, by: str) -> str:
    """The token of a new set-up link; older ones end. Raises NotFound, and Gone where the account is disabled."""
    mark_changed(tx, account)
    if person(tx, account).disabled:
        raise Gone("account")
    note(tx, by, "account.link", account, now)
    return make_link(tx, account, now)


def set_roles(
    tx: Connection, account: str, roles: Collection[Role], units: Collection[str], now: datetime, by: str
) -> None:
    """Give other roles and units; the account's sessions end, so that nobody goes on with what they had.

    Raises NotFound, Invalid("roles", "required"), and Invalid("roles", "last_admin") where no other admin can sign in.
    """
    _some(roles)
    before = person(tx, account)
    if Role.ADMIN in before.roles and Role.ADMIN not in roles:
        keep_an_admin(tx, account, "roles")
    if replace(tx, account, roles, units):
        close_all(tx, account, now)
        note(tx, by, "account.roles", account, now, roles=sorted(roles), units=sorted(units),
             before={"roles": sorted(before.roles), "units": sorted(before.units)})  # fmt: skip


def set_title(tx: Connection, account: str, title: Mapping[str, str], now: datetime, by: str) -> None:
    """The role title that citizens see, by language; an empty text takes one away. Raises NotFound, Invalid."""
    told = {language: _text(text, "title", LONGEST_TITLE) for language, text in title.items()}
    told = {language: text for language, text in told.items() if text}
    _change(tx, account, {"title": told})
    note(tx, by, "account.title", account, now, title=told)


def set_name(tx: Connection, account: str, name: str, now: datetime, by: str) -> None:
    """The name that colleagues see. Raises NotFound, Invalid."""
    told = _text(name, "name", LONGEST_NAME)
    if not told:
        raise Invalid("name", "required")
    _change(tx, account, {"name": told})
    note(tx, by, "account.name", account, now)


def set_language(tx: Connection, account: str, language: str | None, now: datetime, by: str) -> None:
    """The language in which the account sees its pages; None: as its browser asks. Raises NotFound."""
    _change(tx, account, {"language": language})
    note(tx, by, "account.language", account, now, language=language)


def disable(tx: Connection, account: str, now: datetime, by: str) -> None:
    """Nobody signs in with the account any more; its sessions and links end. A second time changes nothing.

    Raises NotFound, and Invalid("account", "last_admin") where no other admin could sign in.
    """
    before = person(tx, account)
    if before.disabled:
        return
    if Role.ADMIN in before.roles:
        keep_an_admin(tx, account, "account")
    _set_disabled(tx, account, now, by, to=True)
    close_all(tx, account, now)
    end_links(tx, account, now)


def enable(tx: Connection, account: str, now: datetime, by: str) -> None:
    """Let a disabled account sign in again. Raises NotFound."""
    if person(tx, account).disabled:
        _set_disabled(tx, account, now, by, to=False)


def forget_old(tx: Connection, now: datetime) -> None:
    """Delete sessions and links that began 30 days ago, all long over, and tries to sign in a day old."""
    tx.execute(delete(sessions).where(sessions.c.begun_at < now - KEPT))
    tx.execute(delete(set_up_links).where(set_up_links.c.created_at < now - KEPT))
    tx.execute(delete(sign_in_tries).where(sign_in_tries.c.began_at < now - TRIES_KEPT))


def _some(roles: Collection[Role]) -> None:
    if not roles:
        raise Invalid("roles", "required")


def _text(text: str, field: str, longest: int) -> str:
    plain = unicodedata.normalize("NFC", text).strip()
    if len(plain) > longest:
        raise Invalid(field, "long")
    if not plain.isprintable():
        raise Invalid(field, "characters")
    return plain


def _change(tx: Connection, account: str, values: dict[str, Any]) -> None:
    if tx.execute(update(accounts).where(accounts.c.id == account).values(values)).rowcount != 1:
        raise NotFound("account")


def _set_disabled(tx: Connection, account: str, now: datetime, by: str, *, to: bool) -> None:
    _change(tx, account, {"disabled": to, "version": accounts.c.version + 1})
    note(tx, by, "account.disabled" if to else "account.enabled", account, now)
