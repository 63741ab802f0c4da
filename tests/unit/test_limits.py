"""Token buckets: how often, when again, and how many keys are remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.limits import Limit


class Hand:
    """A clock's hand that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_as_many_as_a_minute_allows_at_once_and_then_one_at_a_time() -> None:
    hand = Hand()
    limit = Limit(300, hand)
    assert [limit.wait("a") for _ in range(300)] == [0.0] * 300
    assert limit.wait("a") == pytest.approx(0.2)
    hand.forward(0.19)
    assert limit.wait("a") > 0
    hand.forward(0.02)
    assert limit.wait("a") == 0
    assert limit.wait("a") > 0


def test_an_hour_of_patience_saves_up_one_minute() -> None:
    hand = Hand()
    limit = Limit(5, hand)
    assert all(limit.wait("a") == 0 for _ in range(5))
    hand.forward(3600)
    assert [limit.wait("a") == 0 for _ in range(6)] == [True] * 5 + [False]


def test_keys_do_not_share() -> None:
    limit = Limit(1, Hand())
    assert limit.wait("a") == limit.wait("b") == 0
    assert limit.wait("a") > 0


def test_a_clock_set_back_gives_nothing_and_takes_nothing() -> None:
    hand = Hand()
    limit = Limit(2, hand)
    assert limit.wait("a") == 0
    hand.forward(-3600)
    assert limit.wait("a") == 0
    assert limit.wait("a") == pytest.approx(30)


def test_the_key_not_seen_for_longest_is_forgotten() -> None:
    limit = Limit(1, Hand(), keys=2)
    for key in ("a", "b", "a", "c"):
        limit.wait(key)
    assert limit.wait("a") > 0
    assert limit.wait("b") == 0
