"""Another program keeps a slot while its citizen fills in the rest: for five minutes, or for longer if they ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bookings import API, Office, appointment_office, problem_fields

from services.appointments.slots import utc_text

Body = dict[str, Any]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with appointment_office(tmp_path) as running:
        yield running


@pytest.fixture
async def slots(office: Office) -> list[Body]:
    return await office.free(topic="tontit", place="yrjonkatu-6", **{"from": "2026-11-25T00:00:00Z"})


async def hold(office: Office, slot: Any, expect: int = 201, **other: Any) -> Body:
    given = slot["id"] if isinstance(slot, dict) else slot
    return dict(await office.call("POST", f"{API}/holds", json={"slot": given, **other}, expect=expect))


async def is_free(office: Office, slot: Body) -> bool:
    return slot["id"] in {each["id"] for each in await office.free(topic=slot["topic"], **{"from": slot["start"]})}


async def test_what_is_held_is_nobody_elses_and_becomes_the_appointments(office: Office, slots: list[Body]) -> None:
    held = await hold(office, slots[0])
    assert held == {
        "hold": held["hold"],
        "slot": slots[0]["id"],
        "until": utc_text(office.clock() + timedelta(minutes=5)),
    }
    assert not await is_free(office, slots[0])
    refused = await hold(office, slots[0], 409)
    assert (refused["type"], len(refused["alternatives"])) == ("urn:porina:problem:slot-taken", 3)
    await office.book(slots[0], 409)
    booked = await office.book(slots[0], hold=held["hold"], same_expert=True)
    assert booked["start"] == slots[0]["start"]
    assert office.rows("SELECT same_expert, room IS NOT NULL FROM appointments") == [(1, 1)]
    assert office.count("holds") == 0
    assert held["hold"] not in str(office.rows("SELECT * FROM answered_requests"))


async def test_a_hold_ends_by_itself(office: Office, slots: list[Body]) -> None:
    held = await hold(office, slots[0])
    office.clock.forward(minutes=5)
    await office.parts.jobs.run_due()
    assert await is_free(office, slots[0])
    assert office.count("reserved_cells") == office.count("holds") == 0
    for _ in range(2):
        answer = await office.call("POST", f"{API}/holds/{held['hold']}/extend", expect=410)
        assert answer["type"] == "urn:porina:problem:hold-gone"
    assert await office.book(slots[0], hold=held["hold"])  # nobody took it


async def test_an_ended_hold_is_no_claim(office: Office, slots: list[Body]) -> None:
    held = await hold(office, slots[0])
    office.clock.forward(minutes=5)
    await office.book(slots[0], name="Hirvi")
    await office.book(slots[0], 409, hold=held["hold"])


async def test_extending_and_letting_go(office: Office, slots: list[Body]) -> None:
    held = await hold(office, slots[0])
    office.clock.forward(minutes=4)
    extended = await office.call("POST", f"{API}/holds/{held['hold']}/extend")
    assert extended == {"until": utc_text(office.clock() + timedelta(minutes=5))}
    office.clock.forward(minutes=4)
    assert not await is_free(office, slots[0])
    for _ in range(2):
        assert (await office.ask("DELETE", f"{API}/holds/{held['hold']}")).status == 204
    assert await is_free(office, slots[0])


async def test_the_hold_of_another_slot_is_refused_and_kept(office: Office, slots: list[Body]) -> None:
    held = await hold(office, slots[0])
    assert problem_fields(await office.book(slots[4], 422, hold=held["hold"])) == {"hold"}
    assert not await is_free(office, slots[0])
    assert office.count("appointments") == 0


async def test_a_hold_with_an_interpreter_keeps_the_longer_time(office: Office, slots: list[Body]) -> None:
    held = await hold(office, slots[0], interpreter=True)
    assert office.rows("SELECT count(*) FROM reserved_cells WHERE resource LIKE 'expert:%'") == [(14,)]
    await office.book(slots[0], hold=held["hold"], interpreter="so")
    plain = await hold(office, slots[6])
    await office.book(slots[6], hold=plain["hold"], interpreter="so")  # another length: it is taken anew
    assert office.rows("SELECT count(*) FROM reserved_cells WHERE resource LIKE 'expert:%'") == [(28,)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "slot"),
        ({"slot": 5}, "slot"),
        ({"slot": "x"}, "slot"),
        ([], "body"),
        ({"slot": "x", "interpreter": []}, "interpreter"),
    ],
)
async def test_impossible_holds(office: Office, body: Any, field: str) -> None:
    assert problem_fields(await office.call("POST", f"{API}/holds", json=body, expect=422)) == {field}


async def test_past_slots_and_closed_days(office: Office, slots: list[Body]) -> None:
    office.clock.forward(days=2)
    assert problem_fields(await hold(office, slots[0], 422)) == {"slot"}
    holiday = {"from": "2026-12-06T00:00:00Z", "to": "2026-12-07T00:00:00Z"}
    assert await office.free(topic="tontit", **holiday) == []


async def test_tokens_of_nothing(office: Office) -> None:
    for token in ("x", "a" * 43, "%00"):
        assert (await office.ask("POST", f"{API}/holds/{token}/extend")).status in {400, 410}
        assert (await office.ask("DELETE", f"{API}/holds/{token}")).status in {204, 400}


async def test_holds_count_as_bookings_do(tmp_path: Path) -> None:
    async with appointment_office(tmp_path, bookings_a_minute=2) as office:
        slots = await office.free(topic="tontit", place="home")
        for slot in slots[:2]:
            await hold(office, slot)
        await hold(office, slots[2], 429)
