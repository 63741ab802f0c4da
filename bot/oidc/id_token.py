"""What an ID token must prove (OpenID Connect Core 1.0, 3.1.3.7): whose it is, for whom, from whom, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

LEEWAY_S = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Asymmetric ones: whoever has no private key of the provider can make no token, not even with our client secret."""

_KEY_TYPES = {"RSA", "EC", "OKP"}


class WrongIdToken(Exception):
    """The token proves nothing; the message is a word or two for the log."""


class UnknownKey(WrongIdToken):
    """No key that is known here has signed it: perhaps the provider has new ones."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say: `access_token` came beside it, `algorithms` are those that the provider declares."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None
    algorithms: frozenset[str]


def key_set(keys: Iterable[Any]) -> KeySet:
    """The public keys for signatures among a provider's JSON Web Keys; what is not understood is left out."""
    return KeySet([key for key in map(_imported, keys) if key is not None])


def checked(token: str, keys: KeySet, expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of `token`. Raises WrongIdToken."""
    allowed = [algorithm for algorithm in ALGORITHMS if algorithm in expected.algorithms]
    if not allowed:  # to joserfc an empty list means its own choice
        raise WrongIdToken("algorithm")
    try:
        read = jwt.decode(token, keys, algorithms=allowed)
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": expected.issuer},
                "sub": {"essential": True},
                "aud": {"essential": True, "value": expected.client_id},
            },
            params={
                "nonce": expected.nonce,
                "client_id": expected.client_id,
                "access_token": expected.access_token,
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    except (InvalidKeyIdError, BadSignatureError) as error:
        raise UnknownKey(error.error) from None
    except JoseError as error:
        raise WrongIdToken(error.error) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WrongIdToken(type(error).__name__) from None
    return dict(claims)


def _imported(data: Any) -> Key | None:
    if not isinstance(data, dict) or data.get("kty") not in _KEY_TYPES or data.get("use", "sig") != "sig":
        return None
    try:
        return JWKRegistry.import_key(data)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
