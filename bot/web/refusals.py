"""Why a request is refused, before anybody has put it into words: a status, a stable code, a line for developers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil

from aiohttp import web

from services.clock import Clock
from services.errors import Conflict, DatabaseAway, Forbidden, Gone, Invalid, NotFound, Refusal, ReusedId
from services.limits import Limit

AWAY_S = "3"


class Refused(Exception):
    """The request is refused with `status`. `code` is a word programs may rely on, `message` is not."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


_OF_RECORDS: tuple[tuple[type[Refusal], int, str], ...] = (
    (NotFound, 404, "there is no such thing"),
    (Forbidden, 403, "this role may not do that"),
    (Invalid, 422, "a value cannot be right"),
    (ReusedId, 422, "this id was used before with another content"),
    (Gone, 410, "it is over"),
    (Conflict, 409, "somebody or something was first"),
    (Refusal, 409, "refused"),
)


def refused(error: Exception) -> Refused | None:
    """`error` as a refusal; None where it is none (a redirect, a fault of ours)."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, web.HTTPException) and error.status >= 400:
        headers = {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
        return Refused(error.status, re.sub(r"\W", "", error.reason), error.reason, headers)
    if isinstance(error, DatabaseAway):
        return Refused(503, "DatabaseAway", "the database does not answer, try again", {"Retry-After": AWAY_S})
    for kind, status, message in _OF_RECORDS:
        if isinstance(error, kind):
            return Refused(status, type(error).__name__, message)
    return None


def take(limit: Limit | None, key: str) -> None:
    """Let `key` go on once more. Raises Refused (429) with the seconds to wait; a limit of None lets everybody."""
    if limit is not None and (wait := limit.wait(key)):
        seconds = ceil(wait)
        raise Refused(
            429, "TooManyRequests", f"too many requests, try again in {seconds} s", {"Retry-After": f"{seconds}"}
        )


def limit(a_minute: int, clock: Clock, *, on: bool) -> Limit | None:
    """A limit for `take`, or none at all where limits are off."""
    return Limit(a_minute, clock) if on else None
