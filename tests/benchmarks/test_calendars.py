"""Ratios that must hold, with room for a noisy machine: goals and measured figures stand in results/calendars.md."""

import pytest
from databases import POSTGRESQL, SQLITE

from tests.benchmarks.calendars import GOALS, measure

ROOM = 0.6


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_a_booking_is_hardly_more_than_its_statements(kind: str) -> None:
    figures = measure(kind, bookings=200)
    assert figures["bookings"] >= GOALS["bookings"] * ROOM, figures
    assert figures["availability"] <= GOALS["availability"] / ROOM, figures
