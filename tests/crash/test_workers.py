"""Several workers on PostgreSQL: one conversation, one stream, whichever worker one is connected to and whatever happens.

Real workers are killed and restarted, and the database goes away and hangs, while fifty conversations are under way with
a socket on each worker. Their clients come back as real ones do. In the end everybody has heard everything, once and in
order, and what was acknowledged is stored once.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector
from databases import rows
from postgres import Cluster
from product import PORINA, Product, lives, start
from returning import Client, Seen, Talk, open_talk

TALKS = 50
MESSAGES = 2_000
AWAY_S = 30
HANGS_S = 10
BACK_S = 5

# The product as it is, but for hearing what other processes tell.
DEAF = (
    PORINA[0],
    "-c",
    """
import services.postgres

async def deaf(engine, heard):
    pass

services.postgres.listen = deaf
from bot.cli import main
main()
""",
)


# The same, but for making the product in a worker.
BROKEN = (
    PORINA[0],
    "-c",
    """
import bot.commands.workers

def broken(*_):
    raise RuntimeError("secret words")

bot.commands.workers.make_app = broken
from bot.cli import main
main()
""",
)


@pytest.fixture
def server() -> Iterator[Cluster]:
    cluster = Cluster(durable=True)
    yield cluster
    cluster.stop()


class Conversations:
    """All of them, and the leave to say something, which is given bit by bit: so there is always more to come."""

    def __init__(self, product: Product, talks: list[Talk], seen: Seen) -> None:
        self._product, self.talks, self.seen = product, talks, seen
        self._leave = asyncio.Semaphore(0)

    @property
    def acknowledged(self) -> int:
        return sum(len(talk.acknowledged) for talk in self.talks)

    async def talk(self, each: int) -> None:
        async def all_of(talk: Talk) -> None:
            for number in range(each):
                await self._leave.acquire()
                await talk.say(number)

        await asyncio.gather(*map(all_of, self.talks))

    def allow(self, count: int) -> None:
        for _ in range(count):
            self._leave.release()

    async def until(self, count: int) -> None:
        """Wait until so many messages were acknowledged in all."""
        async with asyncio.timeout(60):
            while self.acknowledged < count:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def on_two_workers(self) -> None:
        """Have a socket of each on each of two workers: who is on the same as the other comes back."""
        async with asyncio.timeout(60):
            while alike := self._on_one_worker():
                await asyncio.gather(*(talk.ears[1].come_back() for talk in alike))
                await asyncio.sleep(0.1)

    def _on_one_worker(self) -> list[Talk]:
        holders = self._product.holders()
        return [talk for talk in self.talks if len({holders.get(ear.port or 0) for ear in talk.ears} - {None}) < 2]

    async def have_heard_all(self, url: str, within_s: float) -> None:
        """Raises TimeoutError where a socket has not heard everything that is stored."""
        last = {row.id: row.last_seq for row in rows(url, "SELECT id, last_seq FROM conversations")}
        async with asyncio.timeout(within_s):
            while any(ear.position < last[talk.id] for talk in self.talks for ear in talk.ears):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert {talk.id: [ear.position for ear in talk.ears] for talk in self.talks} == {
            talk.id: [last[talk.id]] * 2 for talk in self.talks
        }

    def are_stored_once(self, url: str) -> None:
        query = "SELECT client_id, conversation_id, seq FROM activities WHERE client_id IS NOT NULL"
        stored = [(row.client_id, f"{row.conversation_id}|{row.seq:07d}") for row in rows(url, query)]
        assert sorted(stored) == sorted(pair for talk in self.talks for pair in talk.acknowledged.items())
        gaps = "SELECT conversation_id FROM activities GROUP BY 1 HAVING max(seq) != count(*) OR min(seq) != 1"
        assert rows(url, gaps) == []


@asynccontextmanager
async def conversing(product: Product, talks: int) -> AsyncIterator[Conversations]:
    seen = Seen()
    connector = TCPConnector(limit=0, force_close=True)
    async with ClientSession(connector=connector) as session:
        client = Client(session, product, seen)
        opened = await asyncio.gather(*(open_talk(client) for _ in range(talks)))
        try:
            yield Conversations(product, list(opened), seen)
        finally:
            for talk in opened:
                for ear in talk.ears:
                    await ear.leave()


@pytest.mark.long
@pytest.mark.timeout(540)
async def test_everybody_hears_everything_whatever_happens(tmp_path: Path, server: Cluster) -> None:
    url = server.create("porina")
    product = await start(tmp_path, url, "--workers", "2")
    try:
        async with conversing(product, TALKS) as all_of_them:
            await all_of_them.on_two_workers()
            talking = asyncio.create_task(all_of_them.talk(MESSAGES // TALKS))
            step = MESSAGES // 5

            all_of_them.allow(step)
            await all_of_them.until(step // 4)
            killed = product.workers()[0]
            os.kill(killed, signal.SIGKILL)
            await product.all_again(2, without=killed)
            await all_of_them.on_two_workers()

            all_of_them.allow(step)
            await all_of_them.until(step + step // 4)
            asked = product.workers()[0]
            os.kill(asked, signal.SIGTERM)
            await product.all_again(2, without=asked)
            await all_of_them.on_two_workers()

            all_of_them.allow(step)
            await all_of_them.until(2 * step + step // 4)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(AWAY_S / 2)
            second = product.workers()[0]
            os.kill(second, signal.SIGKILL)  # who dies now cannot come back before the database does
            await asyncio.sleep(AWAY_S / 2)
            refused = all_of_them.seen.counts["503"]
            back = await back_after(asyncio.to_thread(server.start), all_of_them)
            await product.all_again(2, without=second)
            await all_of_them.on_two_workers()

            all_of_them.allow(step)
            await all_of_them.until(3 * step + step // 4)
            server.pause()
            await asyncio.sleep(HANGS_S)
            hung = all_of_them.seen.counts["503"] - refused
            back_from_hanging = await back_after(asyncio.to_thread(server.resume), all_of_them)

            all_of_them.allow(step)
            await asyncio.wait_for(talking, 60)
            await all_of_them.have_heard_all(url, within_s=10)
            all_of_them.are_stored_once(url)
            seen = all_of_them.seen
            print(seen.counts, f"longest {seen.longest:.1f} s, back {back:.1f} s, {back_from_hanging:.1f} s", hung)
            assert seen.wrong == []
            assert all_of_them.acknowledged == MESSAGES
            assert min(refused, hung) >= TALKS
            assert seen.counts["closed with 1001"] >= TALKS / 2  # by the worker that was asked to end
            assert seen.counts["came back"] >= 2 * TALKS
            assert seen.longest < 10
            assert max(back, back_from_hanging) < BACK_S
        assert await product.stop() == 0
        assert [line for line in product.lines() if line.get("status") == 500] == []
    finally:
        await product.end()


async def back_after(coming: Awaitable[None], conversations: Conversations) -> float:
    """Seconds from when the database is there again to the first acknowledged message."""
    await coming
    before, began = conversations.acknowledged, time.monotonic()
    await conversations.until(before + 1)
    return time.monotonic() - began


@pytest.mark.long
@pytest.mark.parametrize("command", [PORINA, DEAF], ids=["as it is", "control: nobody hears others"])
async def test_sockets_on_both_workers_hear_the_same(tmp_path: Path, server: Cluster, command: tuple[str, ...]) -> None:
    url = server.create("porina")
    product = await start(tmp_path, url, "--workers", "2", command=command)
    try:
        async with conversing(product, 10) as all_of_them:
            await all_of_them.on_two_workers()
            all_of_them.allow(40)
            await all_of_them.talk(4)
            all_of_them.are_stored_once(url)
            if command is PORINA:
                await all_of_them.have_heard_all(url, within_s=5)
            else:
                with pytest.raises(TimeoutError):
                    await all_of_them.have_heard_all(url, within_s=5)
            assert all_of_them.seen.wrong == []
    finally:
        await product.end()


@pytest.mark.long
async def test_two_hosts_may_start_at_once(tmp_path: Path, server: Cluster) -> None:
    url = server.create("porina")
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    products = await asyncio.gather(*(start(folder, url, "--workers", "2") for folder in folders))
    try:
        assert [len(product.workers()) for product in products] == [2, 2]
        assert [await product.stop() for product in products] == [0, 0]
        assert [[line for line in product.lines() if line["level"] != "INFO"] for product in products] == [[], []]
    finally:
        for product in products:
            await product.end()


@pytest.mark.long
async def test_workers_end_with_their_parent(tmp_path: Path, server: Cluster) -> None:
    product = await start(tmp_path, server.create("porina"), "--workers", "2")
    workers = product.workers()
    assert len(workers) == 2
    product.process.kill()
    await product.process.wait()
    async with asyncio.timeout(10):
        while any(map(lives, workers)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.mark.long
def test_where_no_worker_can_start_it_says_so_and_ends(tmp_path: Path, server: Cluster) -> None:
    environment = os.environ | {"PORINA_DATABASE_URL": server.create("porina"), "PORINA_SENTENCE_MODEL": "off"}
    arguments = [*BROKEN, "serve", "--port", "0", "--data", str(tmp_path), "--workers", "2"]
    ended = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    *log, last = ended.stderr.splitlines()
    assert last == "porina: the workers could not be started; the log says why"
    assert "RuntimeError" in {json.loads(line).get("error") for line in log}
    assert "secret" not in ended.stderr
