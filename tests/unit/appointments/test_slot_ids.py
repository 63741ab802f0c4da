"""Slot ids: found again, and never more than the time that they name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hours import TOPIC, busy, calendar, utc
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.slots import decode, encode


def test_a_slot_id_is_found_again_free_or_not() -> None:
    free = calendar().free()
    assert all(calendar().slot(slot.id) == slot for slot in free)
    taken = free[0]
    full = calendar(taken=busy((taken.start, taken.end)))
    assert full.slot(taken.id) == taken
    assert not full.is_free(taken)
    assert calendar().is_free(taken)


def test_with_an_interpreter_the_same_slot_is_longer() -> None:
    nine = encode("e1", "advice", "home", utc("2026-11-25T07:00"))
    slot = calendar().slot(nine, interpreted=True)
    assert slot is not None
    assert (slot.id, slot.end - slot.start) == (nine, timedelta(minutes=TOPIC.length(interpreted=True)))


def test_the_last_slot_of_a_day_exists_and_has_no_time_for_an_interpreter() -> None:
    last = calendar().slot(encode("e1", "advice", "home", utc("2026-11-25T12:40")))
    assert last is not None
    assert calendar().is_free(last)
    assert not calendar().is_free(last, interpreted=True)


@pytest.mark.parametrize(
    "impossible",
    [
        encode("e2", "advice", "home", utc("2026-11-25T07:00")),
        encode("e1", "other", "home", utc("2026-11-25T07:00")),
        encode("e1", "advice", "ahlainen", utc("2026-11-25T07:00")),
        encode("e1", "advice", "home", utc("2026-11-25T07:05")),  # off the grid
        encode("e1", "advice", "home", utc("2026-11-25T07:02")),  # between two cells
        encode("e1", "advice", "home", utc("2026-11-25T06:40")),  # before the hours
        encode("e1", "advice", "home", utc("2026-11-25T13:00")),  # after them
        encode("e1", "advice", "home", utc("2026-11-28T07:00")),  # on a Saturday
        encode("e1", "advice", "home", utc("2026-11-24T07:00")),  # over
        encode("e1", "advice", "home", utc("2026-11-23T07:00")),  # before the calendar begins
        encode("e1", "advice", "home", utc("2026-11-24T10:40")),  # too soon
        encode("e1", "advice", "home", utc("2027-01-04T07:00")),  # too far
        encode("e1", "advice", "home", utc("2026-11-25T07:00")) + "A",
        encode("e1", "advice", "home", utc("2026-11-25T07:00")) + "=",
        "",
        "ä",
        "~~~",
        "bm90IGFuIGFkZHJlc3M",
        "A" * 5000,
    ],
)
def test_an_id_of_no_slot_is_none(impossible: str) -> None:
    assert calendar().slot(impossible) is None


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_as_an_id_is_answered(text: str) -> None:
    assert calendar().slot(text) is None


@given(
    st.from_regex(r"[a-z0-9_-]{1,60}", fullmatch=True),
    st.integers(0, 60_000_000).map(lambda minutes: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
)
def test_an_id_says_what_went_into_it(name: str, start: datetime) -> None:
    assert decode(encode(name, name, name, start)) == (name, name, name, start)
