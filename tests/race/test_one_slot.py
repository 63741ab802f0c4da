"""Two hundred citizens want the same time at the same moment: one gets it, whatever the order.

The wishes travel on connections that are open already and are let go together; what happened is counted in the database
by a connection of its own. The control takes the primary key away and must then see double bookings: without it, the
other tests would say nothing (github.com/calcom/cal.diy/issues/13397, /easyappointments/issues/845).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector
from bookings import API, Office, appointment_office, wish, without_the_guard

CITIZENS = 200
ROUNDS = 5


async def test_one_of_two_hundred_gets_the_slot(tmp_path: Path) -> None:
    async with appointment_office(tmp_path, rate_limits="off") as office:
        slots = await office.free(topic="asiakaspalvelu", place="yrjonkatu-6")
        one_expert = [slot for slot in slots if slot["start"] != slots[0]["start"]][:ROUNDS]
        async with crowd() as connected:
            await connect(office, connected)
            for number, slot in enumerate(one_expert, 1):
                answers = await rush(office, connected, [wish(slot) for _ in range(CITIZENS)])
                assert Counter(status for status, _ in answers) == {201: 1, 409: CITIZENS - 1}
                assert office.count("appointments", "state = 'confirmed'") == number
                assert office.count("outbox") == number
                assert office.count("events", "kind = 'booking.refused'") == number * (CITIZENS - 1)
                taken = [body for status, body in answers if status == 409]
                assert all(len(body["alternatives"]) == 3 for body in taken)
                assert all(slot["id"] != other["id"] for body in taken for other in body["alternatives"])


async def test_without_the_primary_key_the_slot_is_sold_many_times(tmp_path: Path) -> None:
    async with appointment_office(tmp_path, rate_limits="off") as office:
        slot = (await office.free(topic="asiakaspalvelu"))[0]
        await office.parts.database.transaction(without_the_guard)
        async with crowd() as connected:
            await connect(office, connected)
            answers = await rush(office, connected, [wish(slot) for _ in range(CITIZENS)])
    assert Counter(status for status, _ in answers)[201] > 1


@pytest.mark.long
async def test_two_hundred_citizens_and_fifty_slots(tmp_path: Path) -> None:
    async with appointment_office(tmp_path, rate_limits="off") as office:
        slots = distinct(await office.free(topic="digituki", place="home", to="2026-12-20T00:00:00Z"))[:50]
        assert len(slots) == 50
        wishes = [wish(slots[number % 50]) for number in range(CITIZENS)]
        async with crowd() as connected:
            await connect(office, connected)
            answers = await rush(office, connected, wishes)
        assert Counter(status for status, _ in answers) == {201: 50, 409: 150}
        sold = office.rows("SELECT expert_id, starts FROM appointments WHERE state = 'confirmed'")
        assert len(set(sold)) == len(sold) == 50


@pytest.mark.long
async def test_the_same_interval_at_another_place_is_the_same_experts_time(tmp_path: Path) -> None:
    """An expert sits in one chair, whatever place the citizen chose."""
    async with appointment_office(tmp_path, rate_limits="off") as office:
        slots = await office.free(topic="maaseutu", **{"from": "2026-11-25T00:00:00Z"})
        same = [slot for slot in slots if slot["start"] == slots[0]["start"]]
        assert len(same) == 10  # two experts at five places
        async with crowd(len(same)) as connected:
            await connect(office, connected)
            answers = await rush(office, connected, [wish(slot) for slot in same])
        assert Counter(status for status, _ in answers) == {201: 2, 409: 8}


@pytest.mark.parametrize("times", [5, 50])
async def test_the_same_key_at_once_gives_one_appointment_and_one_answer(tmp_path: Path, times: int) -> None:
    async with appointment_office(tmp_path, rate_limits="off") as office:
        slot = (await office.free(topic="koulut"))[0]
        async with crowd(times) as connected:
            await connect(office, connected)
            answers = await rush(office, connected, [wish(slot)] * times, {"Idempotency-Key": "one and the same"})
        assert answers == [answers[0]] * times
        assert answers[0][0] == 201
        assert office.count("appointments") == office.count("outbox") == 1


def crowd(size: int = CITIZENS) -> ClientSession:
    return ClientSession(connector=TCPConnector(limit=size, keepalive_timeout=60))


def distinct(slots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One slot a time, so that no two exclude each other."""
    return list({slot["start"]: slot for slot in slots}.values())


async def connect(office: Office, connected: ClientSession) -> None:
    """Open as many connections as the crowd has citizens, and keep them open."""
    connector = connected.connector
    assert isinstance(connector, TCPConnector)
    together = asyncio.Barrier(connector.limit)

    async def one() -> None:
        async with connected.get(f"{office.url}{API}/places") as answer:
            await together.wait()
            await answer.read()

    await asyncio.gather(*(one() for _ in range(connector.limit)))


async def rush(
    office: Office, connected: ClientSession, wishes: list[dict[str, Any]], headers: dict[str, str] | None = None
) -> list[tuple[int, Any]]:
    """All wishes, let go at once; each answer's status and JSON."""
    start = asyncio.Event()

    async def one(body: dict[str, Any]) -> tuple[int, Any]:
        await start.wait()
        async with connected.post(f"{office.url}{API}/appointments", json=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    waiting = [asyncio.create_task(one(body)) for body in wishes]
    await asyncio.sleep(0)
    start.set()
    return list(await asyncio.gather(*waiting))
