"""Direct Line tokens: JSON Web Tokens (RFC 7519, HS256), one key a purpose, so that none serves for another.

The stock client reads the claim `user`. A token lives 30 minutes (the client refreshes after 15), one for a stream 60
seconds, in which it may be used again: after an error the client opens more sockets with the same address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any

import jwt

from bot.web.refusals import Refused
from services.ids import derived_token

ISSUER = "porina"
ALGORITHM = "HS256"
RECENT = 4096
SKEW_S = 300  # a clock that is set back a little must not end a citizen's talk


class Purpose(Enum):
    """What a token is for, and how long it lives."""

    CONVERSATION = timedelta(minutes=30)
    STREAM = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may do what: `user` may take part in `conversation`, from pages of `origins` where it names any."""

    conversation: str
    user: str
    origins: tuple[str, ...] = ()


def issue(secret: str, purpose: Purpose, grant: Grant, now: datetime) -> str:
    """A token for `grant`, valid from `now` on."""
    claims = {
        "iss": ISSUER,
        "purpose": purpose.name.lower(),
        "conv": grant.conversation,
        "user": grant.user,
        "nbf": int(now.timestamp()),
        "exp": int((now + purpose.value).timestamp()),
    }
    if grant.origins:
        claims["origins"] = grant.origins
    return jwt.encode(claims, _key(secret, purpose), ALGORITHM)


def verify(secret: str, purpose: Purpose, token: str, now: datetime) -> Grant:
    """What `token` grants. Raises Refused (403), with code TokenExpired where it was good once."""
    try:
        claims = _claims(secret, purpose, token)
    except jwt.InvalidTokenError:
        raise Refused(403, "InvalidToken", "the token is not valid here") from None
    if claims.get("purpose") != purpose.name.lower() or claims["nbf"] > now.timestamp() + SKEW_S:
        raise Refused(403, "InvalidToken", "the token is not valid here")
    if claims["exp"] <= now.timestamp():
        raise Refused(403, "TokenExpired", "the token has expired")
    return Grant(claims["conv"], claims["user"], tuple(claims.get("origins", ())))


@lru_cache(maxsize=RECENT)
def _claims(secret: str, purpose: Purpose, token: str) -> Mapping[str, Any]:
    """The claims of a token that was made here, whatever the time. Raises jwt.InvalidTokenError.

    Whoever talks sends the same token with each message, and checking one costs as much as reading the message; so
    those seen lately are remembered.
    """
    claims: dict[str, Any] = jwt.decode(
        token,
        _key(secret, purpose),
        [ALGORITHM],
        issuer=ISSUER,
        # Time is checked by the caller, on the clock that the product was given.
        options={"require": ["iss", "conv", "user", "nbf", "exp"], "verify_exp": False, "verify_nbf": False},
    )
    return claims


def _key(secret: str, purpose: Purpose) -> str:
    return derived_token(secret, "direct-line-token", purpose.name)
