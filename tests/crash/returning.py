"""Clients that do not give up, as real ones: who is refused or cut off comes back with the same id or the watermark."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse, WSServerHandshakeError
from product import Product

BASE = "/v3/directline"
PAUSE_S = 0.3


@dataclass(slots=True)
class Seen:
    """What happened to all clients together: how often, what must not have, and the longest answer in seconds."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0


@dataclass(slots=True)
class Client:
    """One page in one conversation."""

    session: ClientSession
    product: Product
    seen: Seen

    async def ask(self, method: str, path: str, token: str = "", **given: Any) -> dict[str, Any]:
        """The answer, once there is one; refusals because the database is away are counted, others are wrong."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        while True:
            began = time.monotonic()
            with suppress(ClientError, ConnectionError, TimeoutError):
                async with self.session.request(
                    method, self.product.url + BASE + path, headers=headers, timeout=ClientTimeout(20), **given
                ) as answer:
                    body = await answer.json()
                    self.seen.longest = max(self.seen.longest, time.monotonic() - began)
                    if answer.status in {200, 201}:
                        return dict(body)
                    self.refused(answer.status, answer.headers.get("Retry-After"))
                    await asyncio.sleep(PAUSE_S)
                    continue
            self.seen.counts["cut off"] += 1
            self.seen.longest = max(self.seen.longest, time.monotonic() - began)
            await asyncio.sleep(PAUSE_S)

    def refused(self, status: int, retry_after: str | None) -> None:
        self.seen.counts[str(status)] += 1
        if status != 503 or not retry_after:
            self.seen.wrong.append(f"refused with {status}, Retry-After {retry_after}")


class Ear(Client):
    """One socket of a conversation; it knows up to where it has heard."""

    def __init__(self, client: Client, conversation: str, token: str) -> None:
        super().__init__(client.session, client.product, client.seen)
        self.conversation, self.token = conversation, token
        self.position = 0
        self._socket: ClientWebSocketResponse | None = None
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while True:
            answer = await self.ask("GET", f"/conversations/{self.conversation}?watermark={self.position}", self.token)
            try:
                async with self.session.ws_connect(answer["streamUrl"]) as socket:
                    self._socket = socket
                    async for message in socket:
                        self._hear(message.json())
                    self.seen.counts[f"closed with {socket.close_code}"] += 1
            except WSServerHandshakeError as error:
                self.refused(error.status, (error.headers or {}).get("Retry-After"))
            except (ClientError, ConnectionError, TimeoutError):
                self.seen.counts["closed"] += 1
            self._socket = None
            self.seen.counts["came back"] += 1
            await asyncio.sleep(PAUSE_S / 10)

    def _hear(self, told: dict[str, Any]) -> None:
        for activity in told["activities"]:
            number = int(activity["id"].rpartition("|")[2])
            if number != self.position + 1:
                self.seen.wrong.append(f"{number} was heard after {self.position}")
            self.position = number

    @property
    def port(self) -> int | None:
        """Where it is connected from, while it is."""
        return self._socket.get_extra_info("sockname", (None, None))[1] if self._socket is not None else None

    async def come_back(self) -> None:
        """Leave, and connect anew."""
        if self._socket is not None:
            await self._socket.close()

    async def leave(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.result()


class Talk(Client):
    """A conversation: whom it is told to, what was acknowledged (the stored id by the client's own)."""

    def __init__(self, client: Client, opened: dict[str, Any]) -> None:
        super().__init__(client.session, client.product, client.seen)
        self.id: str = opened["conversationId"]
        self.token: str = opened["token"]
        self.ears = [Ear(client, self.id, self.token) for _ in range(2)]
        self.acknowledged: dict[str, str] = {}

    async def say(self, number: int) -> None:
        own = f"{self.id}-{number}"
        activity = {
            "type": "message",
            "from": {"id": "me"},
            "text": f"hei {number}",
            "channelData": {"clientActivityID": own},
        }
        answer = await self.ask("POST", f"/conversations/{self.id}/activities", self.token, json=activity)
        self.acknowledged[own] = answer["id"]


async def open_talk(client: Client) -> Talk:
    token = (await client.ask("POST", "/tokens/generate"))["token"]
    return Talk(client, await client.ask("POST", "/conversations", token, json={"locale": "fi"}))
