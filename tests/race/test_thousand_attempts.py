"""A thousand attempts on fifty slots, by sixteen clients through two server processes with one PostgreSQL.

All clients go through the slots in the same order, half of them at each server, so that many want one slot at once.
The control takes away the primary key that decides, and must then see slots sold twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from bookings import API, wish
from crash.product import start
from databases import POSTGRESQL, cluster, fresh, rows
from served import stocked

from services.appointments.slots import utc_text
from services.clock import utc_now

SLOTS = 50
CLIENTS = 16
ATTEMPTS = 1_000
SOLD = "SELECT expert_id, starts FROM appointments WHERE state = 'confirmed'"

Answer = tuple[dict[str, Any], int, Any]


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_each_slot_is_sold_once_and_every_other_answer_offers_alternatives(tmp_path: Path) -> None:
    async with two_servers(tmp_path) as (database, urls):
        answers = await attempts(urls)
    assert len(answers) == ATTEMPTS
    assert Counter(status for _, status, _ in answers) == {201: SLOTS, 409: ATTEMPTS - SLOTS}
    assert Counter(asked["slot"] for asked, status, _ in answers if status == 201).most_common(1)[0][1] == 1
    for asked, status, body in answers:
        if status == 409:
            offered = [slot["id"] for slot in body["alternatives"]]
            assert len(offered) == 3 and asked["slot"] not in offered
    sold = rows(database, SOLD)
    assert len(set(sold)) == len(sold) == SLOTS
    booked = {body["id"] for _, status, body in answers if status == 201}
    assert booked == {row[0] for row in rows(database, "SELECT appointment_id FROM outbox")}
    assert rows(database, "SELECT count(*) FROM events WHERE kind = 'booking.refused'") == [(ATTEMPTS - SLOTS,)]


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_without_the_primary_key_slots_are_sold_twice(tmp_path: Path) -> None:
    async with two_servers(tmp_path) as (database, urls):
        name = database.rpartition("/")[2]
        await asyncio.to_thread(cluster().execute, "ALTER TABLE reserved_cells DROP CONSTRAINT pk_reserved_cells", name)
        await attempts(urls)
    sold = rows(database, SOLD)
    assert len(sold) > len(set(sold))


@asynccontextmanager
async def two_servers(data: Path) -> AsyncIterator[tuple[str, list[str]]]:
    """The database's address, and those of two `porina serve` on it."""
    database = await asyncio.to_thread(fresh, data, stocked, POSTGRESQL)
    async with AsyncExitStack() as stack:
        urls = []
        for name in ("one", "other"):
            (data / name).mkdir()
            product = await start(data / name, database)
            stack.push_async_callback(product.end)
            urls.append(product.url)
        yield database, urls


async def attempts(urls: list[str]) -> list[Answer]:
    """Twenty attempts on each slot, one after the other among the clients: what was asked, and what was told."""
    until = utc_text(utc_now() + timedelta(days=14))
    path = f"{urls[0]}{API}/availability?topic=digituki&place=home&to={until}"
    async with ClientSession() as asking, asking.get(path) as answer:
        slots = (await answer.json())["slots"][:SLOTS]
    assert len(slots) == SLOTS
    wishes = [
        wish(slot, email=f"karhu-{number}-{nth}@example.fi")
        for number, slot in enumerate(slots)
        for nth in range(ATTEMPTS // SLOTS)
    ]

    async def client(number: int) -> list[Answer]:
        async with ClientSession(urls[number % len(urls)]) as session:
            return [await attempt(session, asked) for asked in wishes[number::CLIENTS]]

    return [answer for told in await asyncio.gather(*map(client, range(CLIENTS))) for answer in told]


async def attempt(session: ClientSession, asked: dict[str, Any]) -> Answer:
    """Who is told that the database is too busy (on a machine that is) comes back when it says so, once."""
    for _ in range(2):
        async with session.post(f"{API}/appointments", json=asked) as answer:
            status, body = answer.status, await answer.json(content_type=None)
            if status == 503:
                await asyncio.sleep(int(answer.headers["Retry-After"]))
        if status != 503:
            break
    return asked, status, body
