"""The gateway of text messages: one POST a message, `{"to": "+358…", "text": "…", "id": "…"}`."""

from __future__ import annotations

import aiohttp

from services.outbox.acts import Sms
from services.outbox.delivery import Rejected, Unreachable

SECONDS = 20
_ALL_WAIT = {401, 403, 429, 503}
"""What is no message's fault: our token is not taken, too many at once, out of order."""


class HttpGateway:
    """Hands text messages to `url`. `id` stays the same for the same message, so that a gateway can drop the second."""

    def __init__(self, url: str, token: str | None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def __call__(self, sms: Sms, row_id: str) -> None:
        """Raises Unreachable, and Rejected (final for what will be refused again)."""
        body = {"to": sms.recipient, "text": sms.text, "id": row_id}
        limits = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(headers=self._headers, timeout=limits) as session,
                session.post(self._url, json=body, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"gateway: {type(error).__name__}") from error
        if status in _ALL_WAIT:
            raise Unreachable(f"gateway: {status}")
        if not 200 <= status < 300:
            raise Rejected(f"gateway: {status}", final=400 <= status < 500)


class NoGateway:
    """For messages that wait from when there was a gateway."""

    async def __call__(self, sms: Sms, row_id: str) -> None:
        raise Unreachable("gateway: none is set")
