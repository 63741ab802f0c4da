"""Signing in with a password: the look at the account, and how often somebody may try.

A browser that signed in before holds a device token and is counted by itself: guessing from elsewhere cannot lock the
owner out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, ip_address, ip_network

from sqlalchemy import Connection, case, select, update

from services.accounts.links import end_links
from services.accounts.logins import folded, is_login
from services.accounts.sessions import close_all
from services.accounts.tables import accounts
from services.accounts.tries import Bucket, count, empty
from services.audit.acts import note
from services.errors import NotFound
from services.ids import derived_token, digest, new_id

OF_LOGIN, OF_DEVICE, OF_ADDRESS = 10, 10, 100
"""Tries in a window of 15 minutes: of a login from browsers we do not know, from one that we know; of an address."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login leads to: nothing where nobody has it, and no hash where the account cannot sign in by password."""

    account: str | None
    password_hash: str | None


def credentials(tx: Connection, login: str) -> Credentials:
    """The same statement for a login that somebody has and for one that nobody has."""
    meant = folded(login)
    can_sign_in = case((accounts.c.disabled.is_(False), accounts.c.password_hash)).label("password_hash")
    mine = select(accounts.c.id, can_sign_in).where(accounts.c.login == (meant if is_login(meant) else ""))
    row = tx.execute(mine).first()
    return Credentials(None, None) if row is None else Credentials(row.id, row.password_hash)


def admit(tx: Connection, login: str, address: str, device: str | None, now: datetime) -> float:
    """0 and one try counted, where the try may go on; else the seconds until it may, and nothing counted.

    `device`: a device token that `is_device()` found right for this login, else None. Such a browser is counted alone;
    any other counts for the login and for its address. A login that nobody has is counted like one that somebody has.
    """
    return count(tx, _buckets(login, address, device), now)


def succeeded(tx: Connection, login: str, device: str | None, now: datetime) -> None:
    """Forget the tries of this login from unknown browsers, or of this device; those of the address stay counted."""
    empty(tx, _buckets(login, "", device)[0], now)


def device_token(secret: str, login: str) -> str:
    """A new token for a browser that signed in with `login`."""
    nonce = new_id()
    return f"{nonce}.{_of_device(secret, login, nonce)}"


def is_device(secret: str, login: str, token: str) -> bool:
    """Whether `token` was given to a browser that signed in with this very login."""
    nonce, _, proof = token.partition(".")
    return token.isascii() and hmac.compare_digest(_of_device(secret, login, nonce), proof)


def password_changed(
    tx: Connection, account: str, password_hash: str, now: datetime, by: str, keep_session: str | None
) -> None:
    """Give `account` another password; its set-up links and its sessions but the one with this id end.

    Raises NotFound.
    """
    changed = update(accounts).where(accounts.c.id == account)
    if tx.execute(changed.values(password_hash=password_hash, version=accounts.c.version + 1)).rowcount != 1:
        raise NotFound("account")
    close_all(tx, account, now, keep_session)
    end_links(tx, account, now)
    note(tx, by, "account.password", account, now)


def _of_device(secret: str, login: str, nonce: str) -> str:
    return derived_token(secret, "device", f"{nonce}:{_writable(folded(login))}")


def _buckets(login: str, address: str, device: str | None) -> tuple[Bucket, ...]:
    meant = _writable(folded(login))
    if device is not None:
        return ((digest(f"device:{device}:{meant}"), OF_DEVICE),)
    return (digest(f"login:{meant}"), OF_LOGIN), (digest(f"address:{_network(address)}"), OF_ADDRESS)


def _writable(text: str) -> str:
    """`text` without halves of surrogate pairs, which have no digest."""
    return text.encode("utf-8", "replace").decode()


def _network(address: str) -> str:
    """An IPv6 address as its /64, all of which one household or machine has; any other as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return _writable(address)
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
