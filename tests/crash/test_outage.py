"""The database is away, or hangs: everybody is told so in time and comes back, and what needs no database goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector
from postgres import Cluster
from product import Product, start
from returning import BASE, Client, Seen, Talk, open_talk

from bot.web.static import static_files

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]

TALKS = 10
LONGEST_S = 10
BACK_S = 5

GO_ON = ("/healthz", "/fi", static_files()["citizen/chat.js"].url, "/api/v1/topics", "/api/v1/places")
AWAY = ("/readyz", "/api/v1/availability?place=home", "/appointments/0123456789abcdefghijkl")

Change = Callable[[Cluster], None]
OUTAGES = pytest.mark.parametrize(
    ("go", "come"),
    [(Cluster.halt, Cluster.start), (Cluster.pause, Cluster.resume)],
    ids=["the server is shut down", "the server hangs"],
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    kind: str
    retry_after: str | None
    seconds: float


@pytest.fixture
def server() -> Iterator[Cluster]:
    cluster = Cluster()
    yield cluster
    cluster.stop()


async def ask(session: ClientSession, method: str, url: str, token: str = "", body: object = None) -> Answer:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    began = time.monotonic()
    async with session.request(method, url, headers=headers, json=body) as answer:
        await answer.read()
        return Answer(answer.status, answer.content_type, answer.headers.get("Retry-After"), time.monotonic() - began)


async def during(session: ClientSession, product: Product, talk: Talk) -> tuple[list[Answer], list[Answer]]:
    """What is answered to requests that need the database, and to those that do not, all at the same time."""
    message = {"type": "message", "from": {"id": "me"}, "text": "hei"}
    async with session.post(f"{product.url}{BASE}/tokens/generate") as generated:
        token = (await generated.json())["token"]
    away = [
        ask(session, "POST", f"{product.url}{BASE}/conversations/{talk.id}/activities", talk.token, message),
        ask(session, "GET", f"{product.url}{BASE}/conversations/{talk.id}/activities", talk.token),
        ask(session, "GET", f"{product.url}{BASE}/conversations/{talk.id}", talk.token),
        ask(session, "POST", f"{product.url}{BASE}/conversations", token, {}),
        *(ask(session, "GET", product.url + path) for path in AWAY),
    ]
    go_on = [ask(session, "GET", product.url + path) for path in GO_ON]
    answers = await asyncio.gather(*away, *go_on)
    return answers[: len(away)], answers[len(away) :]


@OUTAGES
async def test_requests_are_answered_and_clients_come_back(
    tmp_path: Path, server: Cluster, go: Change, come: Change
) -> None:
    product = await start(tmp_path, server.create("porina"))
    try:
        async with ClientSession(connector=TCPConnector(limit=0, force_close=True)) as session:
            seen = Seen()
            talk = await open_talk(Client(session, product, seen))
            await talk.say(0)
            await heard(talk, 3)

            await asyncio.to_thread(go, server)
            away, others = await during(session, product, talk)
            assert [(answer.status, answer.retry_after is not None) for answer in away] == [(503, True)] * len(away)
            assert max(answer.seconds for answer in away) < LONGEST_S
            assert [answer.status for answer in others] == [200] * len(others)
            assert max(answer.seconds for answer in others) < 1
            saying = asyncio.create_task(talk.say(1))

            await asyncio.to_thread(come, server)
            began = time.monotonic()
            while (await ask(session, "GET", product.url + "/readyz")).status != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await saying
            await heard(talk, 5)
            assert time.monotonic() - began < BACK_S
            assert seen.wrong == []
            assert seen.counts["came back"] == 0  # sockets have waited
            for ear in talk.ears:
                await ear.leave()
        assert [line for line in product.lines() if line.get("status") == 500] == []
        assert await product.stop() == 0
    finally:
        await product.end()


@OUTAGES
async def test_it_can_be_stopped_meanwhile(tmp_path: Path, server: Cluster, go: Change, come: Change) -> None:
    product = await start(tmp_path, server.create("porina"))
    try:
        async with ClientSession(connector=TCPConnector(limit=0, force_close=True)) as session:
            client = Client(session, product, Seen())
            talks = await asyncio.gather(*(open_talk(client) for _ in range(TALKS)))
            await heard(talks[-1], 1)  # of the others some sockets are still reading
            await asyncio.to_thread(go, server)
            waiting = asyncio.gather(*(during(session, product, talk) for talk in talks), return_exceptions=True)
            await asyncio.sleep(0.5)
            began = time.monotonic()
            assert await product.stop() == 0
            assert time.monotonic() - began < LONGEST_S
            await waiting
            for talk in talks:
                for ear in talk.ears:
                    await ear.leave()
    finally:
        await asyncio.to_thread(come, server)
        await product.end()


async def heard(talk: Talk, count: int) -> None:
    """Wait until both sockets have heard at least so many activities, and the same."""
    async with asyncio.timeout(20):
        while not talk.ears[0].position == talk.ears[1].position >= count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
