"""Logins: the short names by which people sign in."""

from __future__ import annotations

import unicodedata

from services.errors import Invalid

SHORTEST, LONGEST = 3, 60


def folded(text: str) -> str:
    """`text` as logins are compared: NFC, trimmed, without case. It need not be a login that can exist."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).casefold())


def is_login(text: str) -> bool:
    """Whether the folded `text` can be a login: 3 to 60 printable characters without spaces."""
    return SHORTEST <= len(text) <= LONGEST and text.isprintable() and " " not in text


def normal_login(text: str) -> str:
    """The login that `text` means. Raises Invalid("login", "login") for what cannot be one."""
    login = folded(text)
    if not is_login(login):
        raise Invalid("login", "login")
    return login
