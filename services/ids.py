"""Opaque identifiers and tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets


def new_id() -> str:
    """A random id of 128 bits, URL-safe, that tells nothing and cannot be guessed."""
    return secrets.token_urlsafe(16)


def new_secret() -> str:
    """A random secret of 256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def derived_token(secret: str, purpose: str, subject: str) -> str:
    """A capability of 256 bits for `subject`, the same each time, so that it need not be stored to be told again.

    HMAC-SHA256 (RFC 2104) over purpose and subject; without the secret it can be neither made nor traced back.
    """
    digest = hmac.new(secret.encode(), f"{purpose}:{subject}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def digest(text: str) -> str:
    """SHA-256 of `text` in hexadecimal: what is stored in place of a token or a key."""
    return hashlib.sha256(text.encode()).hexdigest()
