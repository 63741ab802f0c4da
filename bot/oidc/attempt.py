"""A way to the provider and back, remembered by the browser that began it: a signed cookie that lives ten minutes."""

from __future__ import annotations

import hmac
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import jwt

from bot.oidc.failures import SignInFailed, Why
from services.ids import derived_token, new_secret

COOKIE = "__Host-porina-oidc"
LIVES = timedelta(minutes=10)
_ALGORITHM = "HS256"
_ISSUER = "porina"


@dataclass(frozen=True, slots=True)
class Attempt:
    """`state` binds the answer to this browser, `nonce` the ID token to it, `verifier` the code (RFC 7636).

    `next`: our own path to go on to; `language`: in which the pages on the way speak.
    """

    state: str
    nonce: str
    verifier: str
    next: str
    language: str


def new_attempt(next_path: str, language: str) -> Attempt:
    """An attempt with secrets of its own, 256 bits each."""
    return Attempt(new_secret(), new_secret(), new_secret(), next_path, language)


def sealed(attempt: Attempt, secret: str, now: datetime) -> str:
    """`attempt` as the cookie's value: a JSON Web Token (RFC 7519) under a key of its own."""
    claims = {"iss": _ISSUER, "exp": int((now + LIVES).timestamp()), **asdict(attempt)}
    return jwt.encode(claims, _key(secret), _ALGORITHM)


def opened(cookie: str | None, state: str, secret: str, now: datetime) -> Attempt:
    """The attempt that an answer with `state` belongs to. Raises SignInFailed where this browser began no such one."""
    try:
        claims = jwt.decode(
            cookie or "",
            _key(secret),
            [_ALGORITHM],
            issuer=_ISSUER,
            # Time is checked here, on the clock that the product was given.
            options={"require": ["iss", "exp", *Attempt.__dataclass_fields__], "verify_exp": False},
        )
    except jwt.InvalidTokenError:
        raise SignInFailed(Why.NO_ATTEMPT) from None
    attempt = Attempt(**{name: claims[name] for name in Attempt.__dataclass_fields__})
    if not hmac.compare_digest(attempt.state.encode(), state.encode()):
        raise SignInFailed(Why.WRONG_STATE)
    if not now.timestamp() < claims["exp"] <= (now + LIVES).timestamp() + 60:  # a clock set back must not prolong it
        raise SignInFailed(Why.ATTEMPT_EXPIRED)
    return attempt


def _key(secret: str) -> str:
    return derived_token(secret, "sign-in-attempt", "oidc")
