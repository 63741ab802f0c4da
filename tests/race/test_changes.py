"""Moving, cancelling and booking at the same moment: a time has one holder or none, and a move is all or nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bookings import Office, appointment_office, wish

from services.appointments.shifts import cell_of

ROUNDS = 20


async def test_cancel_move_and_rebook_at_once(tmp_path: Path) -> None:
    """Four want something of two times; whatever the order, no time has two holders and no appointment two times."""
    async with appointment_office(tmp_path, rate_limits="off") as office:
        slots = list({slot["start"]: slot for slot in await office.free(topic="tontit", place="home")}.values())
        for number in range(ROUNDS):
            first, second = slots[2 * number : 2 * number + 2]
            booked = await office.book(first)
            answers = await asyncio.gather(
                status(office, f"appointments/{booked['token']}/move", {"slot": second["id"]}),
                status(office, f"appointments/{booked['token']}/cancel", {}),
                status(office, "appointments", wish(first)),
                status(office, "appointments", wish(second)),
            )
            assert all(code in {200, 201, 409, 410} for code in answers), answers
            check_whole(office)
    assert office.count("appointments") >= ROUNDS


async def test_many_move_to_one_time(tmp_path: Path) -> None:
    async with appointment_office(tmp_path, rate_limits="off") as office:
        slots = list({slot["start"]: slot for slot in await office.free(topic="digituki", place="home")}.values())
        goal = slots[40]
        booked = [await office.book(slot) for slot in slots[:12]]
        answers = await asyncio.gather(
            *(status(office, f"appointments/{one['token']}/move", {"slot": goal["id"]}) for one in booked)
        )
        assert Counter(answers) == {200: 1, 409: 11}
        check_whole(office)
        assert office.count("appointments", "sequence = 0") == 11


async def test_one_appointment_moved_to_many_times_ends_at_one(tmp_path: Path) -> None:
    async with appointment_office(tmp_path, rate_limits="off") as office:
        slots = list({slot["start"]: slot for slot in await office.free(topic="digituki", place="home")}.values())
        booked = await office.book(slots[0])
        path = f"appointments/{booked['token']}/move"
        answers = await asyncio.gather(*(status(office, path, {"slot": slot["id"]}) for slot in slots[1:11]))
        assert answers == [200] * 10
        check_whole(office)
        assert office.rows("SELECT sequence FROM appointments") == [(10,)]
        assert office.count("outbox") == 11


async def test_one_of_many_cancels_tells(tmp_path: Path) -> None:
    async with appointment_office(tmp_path, rate_limits="off") as office:
        booked = await office.book((await office.free(topic="digituki"))[0])
        path = f"appointments/{booked['token']}/cancel"
        assert await asyncio.gather(*(status(office, path, {}) for _ in range(10))) == [200] * 10
        assert office.rows("SELECT sequence, state FROM appointments") == [(1, "cancelled")]
        assert office.count("outbox", "calendar_method = 'CANCEL'") == 1


async def status(office: Office, path: str, body: dict[str, Any]) -> int:
    return (await office.ask("POST", f"/api/v1/{path}", json=body)).status


def check_whole(office: Office) -> None:
    """Each confirmed appointment holds exactly its own time, the cancelled ones none."""
    held = office.rows(
        """SELECT a.state, a.starts, min(r.cell), count(r.cell) FROM appointments a
           LEFT JOIN reserved_cells r ON r.owner = a.id AND r.resource LIKE 'expert:%' GROUP BY a.id"""
    )
    for state, starts, first, cells in held:
        begins = datetime.fromisoformat(starts).replace(tzinfo=UTC)
        assert (cells, first) == ((10, cell_of(begins)) if state == "confirmed" else (0, None))
    assert not office.rows("SELECT 1 FROM reserved_cells GROUP BY resource, cell HAVING count(*) > 1")
