"""A server to talk to, and the product without one."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest
from conversing import House, known
from databases import fresh
from served import Served, serving

from bot.appointments.offer import bookables, demo_title
from services.appointments.demo import fill_experts
from services.database import Database
from services.migrations import upgrade


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """Direct Line with a dialog that echoes (`tests/served.py`)."""
    async with serving(tmp_path) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database(fresh(tmp_path, with_experts))
    yield House(database)
    database.close()


def with_experts(database: Database) -> None:
    """Its tables and the demo experts."""
    upgrade(database)
    base = known().base
    database.now(fill_experts, bookables(base), partial(demo_title, base))
