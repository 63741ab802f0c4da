"""A booking and the reading of a calendar at the same moment, on PostgreSQL: nobody books what is known to be busy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from databases import POSTGRESQL, fresh
from sqlalchemy import Connection
from supplied import NINE, NOW
from test_unseen_bookings import Stage

from services.appointments import feeds
from services.appointments.feeds import keep_feed, set_feed
from services.errors import SlotTaken
from services.migrations import upgrade

URL = "https://calendar.example/calendar.ics"


class Elsewhere(Stage):
    """An expert with a calendar elsewhere."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.mine.now(set_feed, self.expert, URL, self.account, NOW)

    def read(self, tx: Connection) -> None:
        assert keep_feed(tx, self.expert, URL, [(NINE, NINE + timedelta(hours=1))], NOW)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Elsewhere]:
    made = Elsewhere(fresh(tmp_path, upgrade, POSTGRESQL))
    with closing(made.mine), closing(made.theirs):
        yield made


def test_who_books_while_a_calendar_is_read_finds_it_busy(stage: Elsewhere) -> None:
    early, late = stage.at_once(stage.read, stage.book)
    assert early is None
    assert isinstance(late, SlotTaken)
    assert stage.inside() == 0


def test_what_was_booked_first_stays(stage: Elsewhere) -> None:
    assert stage.at_once(stage.book, stage.read) == [None, None]
    assert stage.inside() == 1


def test_without_the_write_to_the_experts_row_a_busy_time_is_booked(
    stage: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "_change", lambda *_args, **_values: None)
    assert stage.at_once(stage.read, stage.book) == [None, None]
    assert stage.inside() == 1
