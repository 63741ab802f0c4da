"""kill -9 in the midst of bookings and messages: what was acknowledged is there, what is there is whole.

A real `porina serve`, killed once enough was acknowledged and while more is under way; then the database is read past
all of the product's code, the server starts again, and every client sends everything again under the same ids, as
clients do that got no answer. Nothing may then be missing or doubled.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, TCPConnector
from bookings import API, wish
from databases import alone, fresh, let_go, rows
from served import stocked

from services.appointments.slots import utc_text
from services.clock import utc_now

PORINA = [sys.executable, "-m", "bot"]
START_S = 60
TALKS = 10
KILLS = 20


@dataclass(slots=True)
class Server:
    """A `porina serve` process of its own."""

    process: asyncio.subprocess.Process
    url: str

    def kill(self) -> None:
        self.process.kill()

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def start(data: Path, database: str, port: int = 0) -> Server:
    """Start the server and wait for the line that says it can answer."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORINA_")}
    process = await asyncio.create_subprocess_exec(
        *PORINA,
        "serve",
        "--port",
        str(port),
        "--data",
        str(data),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={
            **environment,
            "PORINA_DATABASE_URL": database,
            "PORINA_RATE_LIMITS": "off",
            "PORINA_SENTENCE_MODEL": "off",
        },
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), START_S)).decode()
    assert "http://" in line, f"the server did not start: {line!r}"
    return Server(process, line[line.index("http://") :].strip())


@dataclass(slots=True)
class Acknowledged:
    """What clients were told is done: answers by key, activity ids by client id; `enough` once both are many."""

    want: int
    bookings: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def look(self) -> None:
        if len(self.bookings) >= self.want and len(self.messages) >= self.want:
            self.enough.set()


@dataclass(frozen=True, slots=True)
class Talk:
    id: str
    token: str


async def open_talk(session: ClientSession, url: str) -> Talk:
    async with session.post(f"{url}/v3/directline/tokens/generate") as answer:
        token = (await answer.json())["token"]
    headers = {"Authorization": f"Bearer {token}"}
    async with session.post(f"{url}/v3/directline/conversations", headers=headers, json={"locale": "fi"}) as answer:
        opened = await answer.json()
    return Talk(opened["conversationId"], opened["token"])


async def book(session: ClientSession, url: str, key: str, body: dict[str, Any], done: Acknowledged) -> None:
    """Who is told that the database is too busy comes back when it says so, with the same key."""
    headers = {"Idempotency-Key": key}
    status = 503
    while status == 503:
        async with session.post(f"{url}{API}/appointments", json=body, headers=headers) as answer:
            status = answer.status
            assert status in {201, 503}, await answer.text()
            told = await answer.json()
            if status == 503:
                await asyncio.sleep(int(answer.headers["Retry-After"]))
    assert done.bookings.setdefault(key, told) == told
    done.look()


async def speak(session: ClientSession, url: str, talk: Talk, ids: list[str], done: Acknowledged) -> None:
    """One citizen's messages, one after the other."""
    for client_id in ids:
        activity = {
            "type": "message",
            "from": {"id": "me"},
            "text": f"hei {client_id}",
            "channelData": {"clientActivityID": client_id},
        }
        headers = {"Authorization": f"Bearer {talk.token}"}
        path = f"{url}/v3/directline/conversations/{talk.id}/activities"
        async with session.post(path, json=activity, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            told = (await answer.json())["id"]
        assert done.messages.setdefault(client_id, told) == told
        done.look()


async def everything(
    session: ClientSession,
    url: str,
    wishes: dict[str, dict[str, Any]],
    talks: dict[Talk, list[str]],
    done: Acknowledged,
) -> list[BaseException | None]:
    bookings = [book(session, url, key, body, done) for key, body in wishes.items()]
    messages = [speak(session, url, talk, ids, done) for talk, ids in talks.items()]
    return await asyncio.gather(*bookings, *messages, return_exceptions=True)


def check(database: str, done: Acknowledged) -> None:
    """Nothing acknowledged is missing, nothing is there by half."""
    kept = rows(database, "SELECT id, starts, created_at FROM appointments WHERE state = 'confirmed'")
    booked = {row.id for row in kept}
    assert {told["id"] for told in done.bookings.values()} <= booked
    parts = """SELECT a.id FROM appointments a WHERE
        (SELECT count(*) FROM outbox o JOIN jobs j ON j.subject = o.id WHERE o.appointment_id = a.id) != 1
        OR (SELECT count(*) FROM reserved_cells WHERE owner = a.id AND resource LIKE 'expert:%') NOT IN (6, 10)"""
    assert rows(database, parts) == []
    wanted = Counter(row[0] for row in rows(database, "SELECT subject FROM jobs WHERE kind = 'appointments.remind'"))
    assert wanted == Counter({row.id: reminders(row.starts, row.created_at) for row in kept})
    [(events,)] = rows(database, "SELECT count(*) FROM events WHERE kind = 'booking.confirmed'")
    assert events == len(booked) == rows(database, "SELECT count(*) FROM answered_requests")[0][0]
    orphans = "SELECT count(*) FROM reserved_cells WHERE owner NOT IN (SELECT id FROM appointments)"
    assert rows(database, orphans) == [(0,)]
    said = rows(database, "SELECT conversation_id, seq, client_id, body FROM activities")
    stored = {row.client_id: f"{row.conversation_id}|{row.seq:07}" for row in said if row.client_id}
    assert done.messages.items() <= stored.items()
    replies = {json.loads(row.body).get("replyToId") for row in said}
    assert set(stored.values()) <= replies  # committed together with what was answered


def reminders(starts: str, created_at: str) -> int:
    """How many were still to come when it was booked: a day before and an hour before."""
    ahead = datetime.fromisoformat(starts) - datetime.fromisoformat(created_at)
    return sum(ahead > before for before in (timedelta(days=1), timedelta(hours=1)))


async def kill_in_the_midst(data: Path, kills: int, each: int) -> None:
    database = fresh(data, stocked)
    server = await start(data, database)
    port = int(server.url.rpartition(":")[2])
    connector = TCPConnector(limit=50, force_close=False)
    async with ClientSession(connector=connector) as session:
        try:
            for kill in range(kills):
                async with session.get(f"{server.url}{API}/availability?place=home") as answer:
                    free = {(slot["topic"], slot["start"]): slot for slot in (await answer.json())["slots"]}
                slots = list(free.values())[:: max(1, len(free) // each)][:each]
                wishes = {f"{kill}-{number}": wish(slot) for number, slot in enumerate(slots)}
                assert len(wishes) == each
                talks = {
                    await open_talk(session, server.url): [f"{kill}-{talk}-{n}" for n in range(each // TALKS)]
                    for talk in range(TALKS)
                }
                done = Acknowledged(want=each // 3)
                under_way = asyncio.create_task(everything(session, server.url, wishes, talks, done))
                await asyncio.wait_for(done.enough.wait(), 60)
                server.kill()
                outcomes = await under_way
                await server.stop()
                alone(database)
                assert [error for error in outcomes if error and not isinstance(error, ClientError)] == []
                assert any(outcomes), "everything was done before the kill"
                assert min(len(done.bookings), len(done.messages)) >= each // 3
                check(database, done)

                server = await start(data, database, port)
                assert await everything(session, server.url, wishes, talks, done) == [None] * (each + TALKS)
                assert (len(done.bookings), len(done.messages)) == (each, each)
                check(database, done)
            assert rows(database, "SELECT count(*) FROM appointments") == [(kills * each,)]
            messages = "SELECT count(*) FROM activities WHERE client_id IS NOT NULL"
            assert rows(database, messages) == [(kills * each,)]
        finally:
            await server.stop()


@pytest.mark.long
async def test_a_kill_among_forty_bookings_and_forty_messages(tmp_path: Path) -> None:
    await kill_in_the_midst(tmp_path, kills=1, each=40)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_five_kills_among_two_hundred_bookings_and_two_hundred_messages(tmp_path: Path) -> None:
    await kill_in_the_midst(tmp_path, kills=5, each=200)


@pytest.mark.long
@pytest.mark.timeout(1500)
async def test_twenty_kills_each_among_a_thousand_bookings(tmp_path: Path) -> None:
    """Killed after a few, after most, and between; what was under way then is there as a whole or not at all."""
    acknowledged = 0
    for kill in range(KILLS):
        data = tmp_path / f"{kill}"
        data.mkdir()
        acknowledged += await kill_among_bookings(data, 1_000, kill_after=20 + kill * 940 // (KILLS - 1))
        let_go(data)
    assert acknowledged >= KILLS * 480


async def kill_among_bookings(data: Path, count: int, kill_after: int) -> int:
    """Kill the server once `kill_after` of `count` bookings were acknowledged; how many were, in the end."""
    database = await asyncio.to_thread(fresh, data, stocked)
    server = await start(data, database)
    done = Acknowledged(want=kill_after)
    done.messages = dict.fromkeys(map(str, range(kill_after)), "")  # nobody speaks here
    try:
        async with ClientSession(connector=TCPConnector(limit=50)) as session:
            slots = await many_slots(session, server.url, count)
            wishes = {f"{number}": wish(slot, email=f"k{number}@example.fi") for number, slot in enumerate(slots)}
            under_way = asyncio.create_task(everything(session, server.url, wishes, {}, done))
            await asyncio.wait_for(done.enough.wait(), 120)
            server.kill()
            outcomes = await under_way
        await server.stop()
    finally:
        await server.stop()
    await asyncio.to_thread(alone, database)
    assert [error for error in outcomes if error and not isinstance(error, ClientError)] == []
    assert kill_after <= len(done.bookings) < count
    done.messages.clear()
    check(database, done)
    return len(done.bookings)


async def many_slots(session: ClientSession, url: str, count: int) -> list[dict[str, Any]]:
    """As many free slots of the next three weeks; a demo expert serves one topic, so no two of them exclude each other."""
    until = utc_text(utc_now() + timedelta(days=21))
    async with session.get(f"{url}{API}/availability?place=home&to={until}") as answer:
        free = {slot["id"]: slot for slot in (await answer.json())["slots"]}
    slots = list(free.values())
    assert len(slots) >= count
    return slots[:: len(slots) // count][:count]
