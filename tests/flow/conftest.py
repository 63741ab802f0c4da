"""A server to talk to, and the product without one."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest
from conversing import House, known
from databases import fresh
from houses import House as MeetingHouse
from served import Served, serving
from staffed import staffed

from bot.appointments.offer import bookables, demo_title
from bot.meet import line
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


@pytest.fixture
async def meeting(tmp_path: Path) -> AsyncIterator[MeetingHouse]:
    """An appointment with people who may meet in it."""
    async with staffed(tmp_path) as staff:
        opened = MeetingHouse(staff)
        await opened.open()
        yield opened


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines say every tenth of a second that they are there, and look whether they may be."""
    monkeypatch.setattr(line, "KEEP_S", 0.1)
