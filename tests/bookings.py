"""An appointment office on a real port: the API and the pages, the shipped topics, demo experts, a real database."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import databases
from served import Served, SetClock, serving
from sqlalchemy import Connection, text

from bot.api.routes import api_routes
from bot.appointments.offer import bookables, demo_title
from bot.appointments.routes import appointment_routes
from bot.jobs import job_runner
from bot.meet.routes import meet_routes
from bot.web.refusals import limit
from knowledge.files import SHIPPED, read_folder
from knowledge.model import KnowledgeBase
from knowledge.store import Known
from services.appointments.demo import fill_experts

API = "/api/v1"


@cache
def shipped() -> KnowledgeBase:
    return read_folder(SHIPPED)


class Office:
    """What a client of the API does, in words; and a look into the database past all of the product's code."""

    def __init__(self, served: Served) -> None:
        self.url = served.url
        self.database_url = served.database_url
        self.clock = served.clock
        self.parts = served.parts
        self.call = served.call
        self.ask = served.ask

    async def free(self, **wishes: str) -> list[dict[str, Any]]:
        return (await self.call("GET", f"{API}/availability", params=wishes))["slots"]

    async def book(self, slot: dict[str, Any], expect: int = 201, key: str | None = None, **wishes: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.call("POST", f"{API}/appointments", json=wish(slot, **wishes), headers=headers, expect=expect)

    async def change(self, booked: dict[str, Any], what: str, expect: int = 200, **body: Any) -> Any:
        return await self.call("POST", f"{API}/appointments/{booked['token']}/{what}", json=body, expect=expect)

    def rows(self, query: str, **values: Any) -> list[Any]:
        """The rows as a fresh connection sees them."""
        return databases.rows(self.database_url, query, **values)

    def count(self, table: str, where: str = "1 = 1") -> int:
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def wish(slot: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A complete booking of `slot`; None as a value leaves a field out."""
    body = {
        "slot": slot["id"],
        "topic": slot["topic"],
        "place": slot["place"],
        "language": slot["languages"][0],
        "name": "Karhu",
        "email": "karhu@example.fi",
        **other,
    }
    return {key: value for key, value in body.items() if value is not None}


@asynccontextmanager
async def appointment_office(data: Path, *, clock: SetClock | None = None, **settings: Any) -> AsyncIterator[Office]:
    """The office with nothing booked yet. Mail goes out when a test calls `office.parts.jobs.run_due()`."""
    base = shipped()
    async with serving(data, (*api_routes(), *appointment_routes(), *meet_routes()), clock=clock, **settings) as served:
        parts = served.parts
        parts.known = Known(1, base, None)  # type: ignore[arg-type]
        await parts.database.transaction(fill_experts, bookables(base), partial(demo_title, base))
        parts.jobs = job_runner(
            parts.settings, data, parts.database, served.clock, parts.secret, lambda: parts.known.base
        )
        parts.bookings = limit(parts.settings.bookings_a_minute, served.clock, on=parts.settings.rate_limits == "on")
        yield Office(served)


def without_the_guard(tx: Connection) -> None:
    """Take away what makes a double booking impossible: the primary key of `reserved_cells`.

    On SQLite acts run one after the other, so that the look before the write would be guard enough: it sees nothing.
    """
    tx.execute(text("ALTER TABLE reserved_cells RENAME TO guarded"))
    tx.execute(text("CREATE TABLE reserved_cells AS SELECT * FROM guarded"))
    if tx.dialect.name == "sqlite":
        blind = "CREATE TRIGGER blind AFTER INSERT ON reservations BEGIN DELETE FROM reservations; END"
        tx.execute(text(blind))


def problem_fields(problem: dict[str, Any]) -> set[str]:
    return {wrong["field"] for wrong in problem["errors"]}


def parsed(body: str | bytes) -> Any:
    return json.loads(body)
