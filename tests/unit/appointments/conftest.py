"""A database of one's own, and an appointment diary in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from databases import fresh
from diary import Diary
from hours import TOPIC

from services.appointments.bookable import Bookable, Expert
from services.database import Database
from services.migrations import upgrade


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(fresh(tmp_path, upgrade))) as opened:
        yield opened


@pytest.fixture
def diary(database: Database) -> Callable[..., Diary]:
    """Opens a diary of these experts, who give advice about `topic`."""

    def opened(*staff: Expert, topic: Bookable = TOPIC) -> Diary:
        diary = Diary(database, topic)
        diary.add(*staff)
        return diary

    return opened
