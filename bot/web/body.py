"""Reading a request's body: never too long, never too slowly, and only what is well-formed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import isfinite
from typing import Any, NoReturn

from aiohttp import ClientPayloadError, web

from bot.web.refusals import Refused

BODY_S = 10.0


@asynccontextmanager
async def reading(seconds: float | None = None) -> AsyncIterator[None]:
    """Around everything that reads a body. Raises Refused: 408 after `seconds` (10), 400 where the body breaks off."""
    try:
        async with asyncio.timeout(BODY_S if seconds is None else seconds):
            yield
    except TimeoutError:
        raise Refused(408, "RequestTimeout", "the body did not arrive in time", {"Connection": "close"}) from None
    except (ConnectionError, ClientPayloadError, web.RequestPayloadError) as error:
        raise Refused(400, "BrokenBody", "the body broke off or is not encoded as it says") from error


async def read_json(request: web.Request, *, most: int, optional: bool = False) -> Any:
    """The body, JSON of at most `most` characters; None for an `optional` one that is empty. Raises Refused."""
    body = await read_body(request, optional=optional)
    return parse_json(body, most=most) if body or not optional else None


async def read_body(request: web.Request, *, optional: bool = False) -> bytes:
    """The body's bytes, said to be `application/json`; an `optional` one may be empty.

    Raises Refused: 408 too slow, 413 too large, 415 not JSON.
    """
    async with reading():
        body = await request.read()
    if request.content_type != "application/json" and not (optional and not body):
        raise Refused(415, "UnsupportedMediaType", "the body must be application/json")
    return body


def parse_json(body: bytes, *, most: int) -> Any:
    """`body` as RFC 8259 has it: UTF-8, each key once, no NaN or Infinity. Raises Refused (400, 413)."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refused(400, "MalformedJson", "the body is not UTF-8") from None
    if len(text) > most:
        raise Refused(413, "RequestEntityTooLarge", f"the body has more than {most} characters")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Refused(400, "MalformedJson", "the body is not well-formed JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key stands twice")
    return read


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError("too large a number")
    return number
