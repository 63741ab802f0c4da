"""On SQLite, acts that are committed together stay acts of their own."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError

from services.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")

    def make(tx: Connection) -> None:
        tx.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        tx.execute(
            text(
                "CREATE TABLE child (id INTEGER PRIMARY KEY, of INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
            )
        )

    await database.transaction(make)
    yield database
    await asyncio.to_thread(database.close)


def add(tx: Connection, number: int, *, fail: bool = False, of: int | None = None) -> int:
    tx.execute(text("INSERT INTO child (id, of) VALUES (:id, :of)"), {"id": number, "of": of})
    if fail:
        raise ValueError(number)
    return number


async def hold(database: Database) -> tuple[asyncio.Future[bool], threading.Event]:
    """An act that has begun and ends when the event is set: what comes meanwhile queues up behind it."""
    begun, release = threading.Event(), threading.Event()

    def held(_tx: Connection) -> bool:
        begun.set()
        return release.wait(10)

    first = asyncio.ensure_future(database.transaction(held))
    await asyncio.sleep(0)
    assert await asyncio.to_thread(begun.wait, 10)
    return first, release


async def together(database: Database, *acts: dict[str, object]) -> list[object]:
    """Run the acts as one batch."""
    first, release = await hold(database)
    waiting = [asyncio.ensure_future(database.transaction(add, **act)) for act in acts]  # type: ignore[arg-type]
    await asyncio.sleep(0)
    release.set()
    await first
    return list(await asyncio.gather(*waiting, return_exceptions=True))


async def stored(database: Database) -> list[int]:
    return await database.read(lambda tx: list(tx.scalars(text("SELECT id FROM child ORDER BY id"))))


async def test_an_act_that_raises_takes_nothing_from_its_neighbours(database: Database) -> None:
    results = await together(database, {"number": 1}, {"number": 2, "fail": True}, {"number": 3})
    assert results[0] == 1
    assert isinstance(results[1], ValueError)
    assert results[2] == 3
    assert await stored(database) == [1, 3]


async def test_waiting_acts_share_a_commit(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.home.engine, "commit", commits.append)
    await together(database, *({"number": number} for number in range(8)))
    assert len(commits) == 2  # the one that held the writer, and the eight
    assert await stored(database) == list(range(8))


async def test_where_the_commit_fails_none_has_happened_and_all_are_told(database: Database) -> None:
    results = await together(database, {"number": 1}, {"number": 2, "of": 99})
    assert [type(result) for result in results] == [IntegrityError, IntegrityError]
    assert await stored(database) == []
    assert await database.transaction(add, 3) == 3


async def test_a_caller_that_goes_away_harms_nobody(database: Database) -> None:
    first, release = await hold(database)
    gone = asyncio.ensure_future(database.transaction(add, 1))
    stays = asyncio.ensure_future(database.transaction(add, 2))
    await asyncio.sleep(0)
    gone.cancel()
    release.set()
    await first
    assert await stays == 2
    assert await stored(database) == [1, 2]


async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'closing.db'}")
    await database.transaction(lambda tx: tx.execute(text("CREATE TABLE child (id INTEGER, of INTEGER)")))
    waiting = [asyncio.ensure_future(database.transaction(add, number)) for number in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    assert await asyncio.gather(*waiting) == list(range(20))
