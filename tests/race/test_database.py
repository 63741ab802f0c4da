"""Acts on PostgreSQL: several at once, with a server that restarts, hangs or is away. What SQLite does is simpler and is
tested with its writer (tests/unit/test_writer.py).
"""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from databases import rows
from postgres import Cluster
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from services.database import Database
from services.errors import DatabaseAway
from services.listening import tell
from services.postgres import CONNECTIONS, TRIES, TRIES_ON_A_KEY, Postgres

AT_ONCE = 40


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    cluster = Cluster()
    cluster.create("acts")
    yield cluster
    cluster.stop()


@pytest.fixture
async def database(server: Cluster) -> AsyncIterator[Database]:
    opened = await asyncio.to_thread(Database, server.url("acts"))

    def make(tx: Connection) -> None:
        tx.execute(text("DROP TABLE IF EXISTS counter"))
        tx.execute(text("CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n >= 0))"))
        tx.execute(text("INSERT INTO counter VALUES (1, 0), (2, 0)"))

    await opened.transaction(make)
    yield opened
    await asyncio.to_thread(opened.close)


def url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def seen(database: Database, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in rows(url(database), query)]


def increase(tx: Connection, of: int = 1) -> int:
    """A read and a write that depends on it."""
    n = int(tx.scalar(text("SELECT n FROM counter WHERE id = :id"), {"id": of}))
    tx.execute(text("UPDATE counter SET n = :n WHERE id = :id"), {"n": n + 1, "id": of})
    return n + 1


async def all_at_once(database: Database) -> list[int | BaseException]:
    return await asyncio.gather(*(database.transaction(increase) for _ in range(AT_ONCE)), return_exceptions=True)


async def test_forty_read_modify_writes_lose_nothing(database: Database) -> None:
    assert sorted(await all_at_once(database)) == list(range(1, AT_ONCE + 1))  # type: ignore[type-var]
    assert seen(database, "SELECT n FROM counter WHERE id = 1") == [(AT_ONCE,)]


async def test_control_without_snapshots_some_are_lost(database: Database) -> None:
    home = database.home
    assert isinstance(home, Postgres)
    home._engine = home._engine.execution_options(isolation_level="READ COMMITTED")
    await all_at_once(database)
    [(n,)] = seen(database, "SELECT n FROM counter WHERE id = 1")
    assert isinstance(n, int)
    assert 1 <= n < AT_ONCE


async def test_of_two_acts_in_deadlock_one_runs_again(database: Database) -> None:
    begun: list[int] = []

    def cross(tx: Connection, first: int, second: int) -> None:
        tx.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
        increase(tx, first)
        begun.append(first)
        while len(begun) < 2:
            tx.execute(text("SELECT 1"))
        increase(tx, second)

    await asyncio.gather(database.transaction(cross, 1, 2), database.transaction(cross, 2, 1))
    assert len(begun) == 3
    assert seen(database, "SELECT n FROM counter ORDER BY id") == [(2,), (2,)]


async def test_an_act_whose_key_was_taken_runs_again_and_sees_it(database: Database) -> None:
    looked: list[bool] = []

    def first_or_second(tx: Connection) -> str:
        there = tx.scalar(text("SELECT 1 FROM counter WHERE id = 3")) is not None
        looked.append(there)
        while len(looked) < 2:
            tx.execute(text("SELECT 1"))
        if there:
            return "second"
        tx.execute(text("INSERT INTO counter VALUES (3, 0)"))
        return "first"

    both = (database.transaction(first_or_second), database.transaction(first_or_second))
    assert sorted(await asyncio.gather(*both)) == ["first", "second"]
    assert looked == [False, False, True]


@pytest.mark.parametrize(
    ("row", "tries"), [("(3, -1)", 1), ("(1, 0)", TRIES_ON_A_KEY)], ids=["a value not allowed", "a key there before"]
)
async def test_a_real_fault_comes_out(database: Database, row: str, tries: int) -> None:
    tried: list[str] = []

    def wrong(tx: Connection) -> None:
        tried.append(row)
        tx.execute(text(f"INSERT INTO counter VALUES {row}"))

    with pytest.raises(IntegrityError):
        await database.transaction(wrong)
    assert len(tried) == tries


async def test_who_is_overtaken_again_and_again_is_told_to_come_back(database: Database, server: Cluster) -> None:
    tries: list[int] = []

    def overtaken(tx: Connection) -> None:
        n = int(tx.scalar(text("SELECT n FROM counter WHERE id = 1")))
        tries.append(n)
        server.execute("UPDATE counter SET n = n + 1 WHERE id = 1", str(database.url.database))
        tx.execute(text("UPDATE counter SET n = 0 WHERE id = 1"))

    with pytest.raises(DatabaseAway):
        await database.transaction(overtaken)
    assert tries == list(range(TRIES))


async def test_acts_end_though_their_callers_left(database: Database) -> None:
    held: list[bool] = []
    left: list[bool] = []

    def hold(tx: Connection) -> None:
        tx.execute(text("SELECT n FROM counter WHERE id = 1 FOR UPDATE"))
        held.append(True)
        while not left:
            tx.execute(text("SELECT 1"))

    holding = asyncio.ensure_future(database.transaction(hold))
    await until(lambda: bool(held))
    callers = [asyncio.ensure_future(database.transaction(increase)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)  # each has handed its act over, and none can end
    for caller in callers:
        caller.cancel()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * AT_ONCE
    left.append(True)
    await holding
    await until(lambda: seen(database, "SELECT n FROM counter WHERE id = 1") == [(AT_ONCE,)])
    await until(lambda: sessions(database, "idle in transaction") == sessions(database, "active") == 0)
    assert 1 <= sessions(database, "idle") <= CONNECTIONS


async def test_a_restart_between_two_acts_is_not_seen(database: Database, server: Cluster) -> None:
    everybody = [database.read(lambda tx: tx.scalar(text("SELECT 1 FROM pg_sleep(0.05)"))) for _ in range(CONNECTIONS)]
    assert await asyncio.gather(*everybody) == [1] * CONNECTIONS
    assert sessions(database, "idle") == CONNECTIONS
    server.halt()
    server.start()
    assert sorted(await all_at_once(database)) == list(range(1, AT_ONCE + 1))  # type: ignore[type-var]


async def test_of_acts_during_restarts_what_was_told_is_kept(database: Database, server: Cluster) -> None:
    """A commit whose answer was lost may have happened or not, so there may be more than was told, never less."""
    told = away = 0
    over = asyncio.Event()

    async def go_on() -> None:
        nonlocal told, away
        while not over.is_set():
            try:
                await database.transaction(increase)
                told += 1
            except DatabaseAway:
                away += 1
                await asyncio.sleep(0.01)

    clients = [asyncio.create_task(go_on()) for _ in range(CONNECTIONS)]
    for _ in range(3):
        before = told
        await until(lambda before=before: told >= before + 20)  # type: ignore[misc]
        await asyncio.to_thread(server.halt)
        assert not await database.is_alive()
        await asyncio.to_thread(server.start)
    over.set()
    await asyncio.gather(*clients)
    [(kept,)] = seen(database, "SELECT n FROM counter WHERE id = 1")
    assert isinstance(kept, int)
    assert told >= 60
    assert away >= 3
    assert told <= kept <= told + away


async def test_closing_finishes_what_waits(server: Cluster, database: Database) -> None:
    other = await asyncio.to_thread(Database, url(database))
    waiting = [asyncio.ensure_future(other.transaction(increase)) for _ in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(other.close)
    assert sorted(await asyncio.gather(*waiting)) == list(range(1, 21))


async def test_what_is_told_is_heard_when_it_is_committed(database: Database, server: Cluster) -> None:
    heard: queue.Queue[list[object] | None] = queue.Queue()
    other = await asyncio.to_thread(Database, url(database))
    other.listen(heard.put)
    assert await hear(heard) is None

    def refuse(tx: Connection) -> None:
        tell(tx, "never")
        raise ValueError

    with pytest.raises(ValueError):
        await database.transaction(refuse)
    await database.transaction(lambda tx: tell(tx, "first", 1))
    assert await hear(heard) == ["first", 1]
    for _ in range(2):
        await asyncio.to_thread(server.halt)
        await asyncio.to_thread(server.start)
        assert await hear(heard) is None  # something may have been missed
        await database.transaction(lambda tx: tell(tx, "again", "ä" * 3000))
        assert await hear(heard) == ["again", "ä" * 3000]
    await database.transaction(lambda tx: tell(tx, "too long", "ä" * 4000))
    await database.transaction(lambda tx: tell(tx, "last"))
    assert await hear(heard) == ["last"]
    await asyncio.to_thread(other.close)


@pytest.mark.long
async def test_a_server_that_hangs_is_away_within_ten_seconds(database: Database, server: Cluster) -> None:
    assert await database.transaction(increase) == 1
    server.pause()
    try:
        began = time.monotonic()
        outcomes = await all_at_once(database)
        assert time.monotonic() - began < 10
        assert {type(outcome) for outcome in outcomes} == {DatabaseAway}
        assert not await database.is_alive()
    finally:
        server.resume()
    await until(database.is_alive)
    await database.transaction(increase)
    assert sessions(database, "idle in transaction") == 0


@pytest.mark.long
async def test_closing_does_not_wait_for_a_server_that_hangs(database: Database, server: Cluster) -> None:
    heard: queue.Queue[list[object] | None] = queue.Queue()
    other = await asyncio.to_thread(Database, url(database))
    other.listen(heard.put)
    assert await hear(heard) is None
    assert await other.transaction(increase) == 1
    server.pause()
    try:
        waiting = asyncio.ensure_future(other.transaction(increase))
        await asyncio.sleep(0)
        began = time.monotonic()
        await asyncio.to_thread(other.close)
        assert time.monotonic() - began < 9
        with pytest.raises((DatabaseAway, asyncio.CancelledError)):
            await waiting
    finally:
        server.resume()


async def hear(heard: queue.Queue[list[object] | None]) -> list[object] | None:
    return await asyncio.to_thread(heard.get, timeout=20)


def sessions(database: Database, state: str) -> int:
    """How many connections of the product are in this state, as the server sees it."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'porina' "
        f"AND datname = '{database.url.database}' AND state = '{state}'"
    )
    [(number,)] = seen(database, query)
    assert isinstance(number, int)
    return number


async def until(true: Callable[[], object]) -> None:
    """Wait for what comes in its own time, at most 20 seconds."""
    async with asyncio.timeout(20):
        while True:
            there = true()
            if await there if asyncio.iscoroutine(there) else there:
                return
            await asyncio.sleep(0.01)
