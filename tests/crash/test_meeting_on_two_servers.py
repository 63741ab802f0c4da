"""A meeting whose participants are on two server processes with one PostgreSQL, one of which is killed in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from callers import Caller, calling
from databases import rows
from desks import appoint
from postgres import Cluster
from product import PORINA, Product, start
from staffed import cookies

from services.accounts.acts import add
from services.accounts.rules import Role
from services.accounts.sessions import begin
from services.clock import utc_now
from services.database import Database

SIGNALS = 100
HOST, CITIZEN = "neuvoja", "asiakas"

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


@pytest.fixture
def server() -> Iterator[Cluster]:
    cluster = Cluster()
    yield cluster
    cluster.stop()


class Servers:
    """Two of them, an appointment that begins now and is its own token, and the session of a host."""

    def __init__(self, both: list[Product], session: ClientSession, appointment: str, cookie: str) -> None:
        self.both, self._session, self._appointment, self._cookie = both, session, appointment, cookie

    def citizen(self, on: int, **given: Any) -> Any:
        return calling(self._session, f"{self.both[on].url}/meet/{self._appointment}/line", **given)

    def host(self, on: int, **given: Any) -> Any:
        headers = {"Origin": self.both[on].url, **cookies(self._cookie)}
        return calling(
            self._session, f"{self.both[on].url}/desk/meet/{self._appointment}/line", headers=headers, **given
        )


@asynccontextmanager
async def serving_twice(data: Path, url: str, command: tuple[str, ...] = PORINA) -> AsyncIterator[Servers]:
    both: list[Product] = []
    try:
        for name in ("one", "two"):
            (data / name).mkdir()
            both.append(await start(data / name, url, command=command))
        appointment, cookie = await asyncio.to_thread(_prepared, url)
        async with ClientSession() as session:
            yield Servers(both, session, appointment, cookie)
    finally:
        for product in both:
            await product.end()


def _prepared(url: str) -> tuple[str, str]:
    with closing(Database(url)) as database:
        now = utc_now()
        appointment = database.now(appoint, now + timedelta(minutes=1))
        account, _ = database.now(add, "neuvoja-1", [Role.AGENT], ["pysakointi"], now, "command line")
        return appointment, database.now(begin, account, now, "link")


@pytest.mark.long
async def test_participants_on_different_servers_hear_each_other(tmp_path: Path, server: Cluster) -> None:
    url = server.create("porina")
    async with serving_twice(tmp_path, url) as servers, AsyncExitStack() as stack:
        host = await stack.enter_async_context(servers.host(0))
        citizen = await stack.enter_async_context(servers.citizen(1))
        await host.sees((HOST, "in"), (CITIZEN, "waiting"))
        await host.say("admit", id=citizen.id)
        await citizen.until("admitted")

        began = asyncio.get_running_loop().time()
        await asyncio.gather(send(host, citizen), send(citizen, host))
        for each, other in ((host, citizen), (citizen, host)):
            heard = await each.until("signal", SIGNALS)
            assert {frame["from"] for frame in heard} == {other.id}
            assert numbers(heard) == list(range(SIGNALS))
        print(f"{2 * SIGNALS} signals in {asyncio.get_running_loop().time() - began:.2f} s")

        await host.say("say", text="before")
        await citizen.until("said", text="before")
        servers.both[1].process.kill()
        await servers.both[1].process.wait()
        await host.say("say", text="meanwhile")
        await host.signal(citizen, {"candidate": None})
        await host.until("said", text="meanwhile")
        back = await stack.enter_async_context(servers.citizen(0, secret=citizen.hello["secret"], seq=citizen.seq))
        assert (back.id, back.hello["state"]) == (citizen.id, "in")
        await back.until("signal", body={"candidate": None})
        assert [frame["text"] for frame in back.heard if frame["type"] == "said"] == ["meanwhile"]

        for each in (back, host):
            await each.say("leave")
            assert await each.closed() == 1000
        assert rows(url, "SELECT count(*) FROM participants") == [(0,)]
        for product in servers.both:
            assert [line for line in product.lines() if line["level"] == "ERROR"] == []


@pytest.mark.long
async def test_control_who_does_not_hear_other_processes_meets_nobody(tmp_path: Path, server: Cluster) -> None:
    url = server.create("porina")
    async with (
        serving_twice(tmp_path, url, DEAF) as servers,
        servers.host(0) as host,
        servers.citizen(1) as citizen,
    ):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(host.sees((HOST, "in"), (CITIZEN, "waiting")), 3)
        assert citizen.hello["state"] == "waiting"


async def send(sender: Caller, to: Caller) -> None:
    for number in range(SIGNALS):
        await sender.signal(to, {"candidate": {"candidate": f"{number}"}})


def numbers(signals: list[dict[str, Any]]) -> list[int]:
    return [int(frame["body"]["candidate"]["candidate"]) for frame in signals]
