"""One JSON document from the provider: never redirected elsewhere, never too long."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from bot.oidc.failures import SignInFailed, Why

MOST = 1024 * 1024
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


def provider_session() -> ClientSession:
    """A session for one sign-in; how long it may take is the caller's to say."""
    return ClientSession(timeout=ClientTimeout(total=None), cookie_jar=DummyCookieJar(), auto_decompress=False)


async def fetch(
    session: ClientSession, method: str, url: str, *, headers: dict[str, str] | None = None, body: str | None = None
) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object that `url` answers. Raises SignInFailed (down, garbage)."""
    try:
        async with session.request(
            method, url, headers={**_HEADERS, **(headers or {})}, data=body, allow_redirects=False
        ) as response:
            read = b""
            async for chunk in response.content.iter_chunked(64 * 1024):
                read += chunk
                if len(read) > MOST:
                    raise SignInFailed(Why.GARBAGE, "too long an answer")
    except (ClientError, OSError) as error:
        raise SignInFailed(Why.PROVIDER_DOWN, type(error).__name__) from None
    if 300 <= response.status < 400:
        raise SignInFailed(Why.GARBAGE, "a redirect")
    if response.status >= 500:
        raise SignInFailed(Why.PROVIDER_DOWN, f"status {response.status}")
    try:
        document = json.loads(read)
    except (ValueError, RecursionError):
        raise SignInFailed(Why.GARBAGE, "no JSON") from None
    if not isinstance(document, dict):
        raise SignInFailed(Why.GARBAGE, "no JSON object")
    return response.status, document
