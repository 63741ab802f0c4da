"""A booking and an absence at the same moment, on PostgreSQL: no appointment is ever left inside unseen.

One of the two is held before its commit while the other comes; the control takes away the write to the expert's row.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import POSTGRESQL, fresh, rows
from sqlalchemy import Connection
from supplied import ALL_DAY, NINE, NOW, UNIT, booked, topic, wish

from services.accounts.acts import add
from services.accounts.rules import Actor, Role
from services.appointments import supplying
from services.appointments.supply import Supply
from services.appointments.supplying import Change, Unseen, add_absence, save
from services.database import Database
from services.errors import Invalid, SlotTaken
from services.migrations import upgrade

TOPICS = (topic(),)
ME = Actor("", "me", frozenset({Role.ADMIN}), frozenset(), None, "session", datetime(2027, 1, 1, tzinfo=UTC))
OFFER = Supply(("tuki",), ("fi",), ("home",), ALL_DAY)
LIMIT_S = 20


class Stage:
    """Two processes' databases in one, an expert with hours, and who waits for whom."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.mine, self.theirs = Database(url), Database(url)
        account, _ = self.mine.now(add, "asiantuntija-1", [Role.EXPERT], [UNIT], NOW, "command line")
        self.mine.now(save, account, OFFER, UNIT, Supply().mark, TOPICS, Change(ME, NOW))
        self.account = account
        self.expert = rows(url, "SELECT id FROM experts WHERE account_id IS NOT NULL")[0][0]

    def book(self, tx: Connection) -> None:
        booked(tx, wish(self.expert), TOPICS)

    def away(self, tx: Connection) -> None:
        add_absence(tx, self.account, NINE - timedelta(hours=1), NINE + timedelta(hours=2), Change(ME, NOW))

    def change_hours(self, tx: Connection) -> None:
        save(tx, self.account, Supply(("tuki",), ("fi",), ("home",)), UNIT, OFFER.mark, TOPICS, Change(ME, NOW))

    def at_once(self, first: Callable[..., Any], second: Callable[..., Any]) -> list[BaseException | None]:
        """What becomes of two acts, of which the first has done all but commit when the second comes."""
        done, may_commit = threading.Event(), threading.Event()

        def held(tx: Connection) -> None:
            first(tx)
            done.set()
            assert may_commit.wait(LIMIT_S)

        with ThreadPoolExecutor(2) as threads:
            early = threads.submit(self.mine.now, held)
            assert done.wait(LIMIT_S)
            late = threads.submit(self.theirs.now, second)
            while not (late.done() or self.somebody_waits()):
                pass
            may_commit.set()
            return [_error(early), _error(late)]

    def somebody_waits(self) -> bool:
        return bool(rows(self.url, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))

    def inside(self) -> int:
        """How many appointments lie in an absence, or with an expert who has no hours."""
        found = rows(
            self.url,
            "SELECT count(*) FROM appointments a JOIN experts e ON e.id = a.expert_id LEFT JOIN absences b"
            " ON b.expert_id = a.expert_id AND b.starts < a.ends AND b.ends > a.starts"
            " WHERE b.id IS NOT NULL OR CAST(e.hours AS TEXT) = '[]'",
        )
        return int(found[0][0])


def _error(future: Future[Any]) -> BaseException | None:
    return future.exception(LIMIT_S)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(fresh(tmp_path, upgrade, POSTGRESQL))
    with closing(made.mine), closing(made.theirs):
        yield made


@pytest.mark.parametrize("change", ["away", "change_hours"])
def test_what_was_booked_while_the_calendar_changes_is_seen(stage: Stage, change: str) -> None:
    early, late = stage.at_once(stage.book, getattr(stage, change))
    assert early is None
    assert isinstance(late, Unseen)
    assert len(late.effects) == 1
    assert stage.inside() == 0


@pytest.mark.parametrize(("change", "refusal"), [("away", SlotTaken), ("change_hours", Invalid)])
def test_who_books_while_the_calendar_changes_finds_the_change(
    stage: Stage, change: str, refusal: type[Exception]
) -> None:
    early, late = stage.at_once(getattr(stage, change), stage.book)
    assert early is None
    assert isinstance(late, refusal)
    assert stage.inside() == 0


def test_without_the_write_to_the_experts_row_one_is_left_inside(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplying, "_bump", lambda *_args: None)
    assert stage.at_once(stage.book, stage.away) == [None, None]
    assert stage.inside() == 1
