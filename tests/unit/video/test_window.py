"""When a room opens and closes, for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from meeting import NOW, Planned

from services.video.records import Role
from services.video.window import closes_at, opens_at, window

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("role", "opens"),
    [("citizen", datetime(2026, 11, 24, 9, 45, tzinfo=UTC)), ("host", datetime(2026, 11, 24, 9, 30, tzinfo=UTC))],
)
def test_it_opens_for_a_role_to_the_second_and_closes_for_all_an_hour_after_the_end(
    role: Role, opens: datetime
) -> None:
    closes = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
    assert (opens_at(Planned(), role), closes_at(Planned())) == (opens, closes)
    moments = (opens - SECOND, opens, closes - SECOND, closes)
    assert [window(Planned(), now, role) for now in moments] == ["early", "open", "open", "over"]


def test_nobody_said_who_asks_is_a_citizen() -> None:
    assert window(Planned(), NOW - timedelta(minutes=16)) == "early"


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_cancelled_one_is_cancelled_at_any_time(days: int) -> None:
    assert window(Planned("cancelled"), NOW + timedelta(days=days), "host") == "cancelled"
