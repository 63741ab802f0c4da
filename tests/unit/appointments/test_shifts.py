"""Sets of five-minute cells, against sets of numbers; and hours in UTC."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hours import EVERY_DAY, on, utc
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.shifts import (
    DAYS,
    cell_of,
    cells_in,
    instant_of,
    moment,
    open_cells,
    span,
    spread,
    spread_back,
    start_cells,
)

MOST = 60
SETS = st.frozensets(st.integers(0, MOST))
LENGTHS = st.integers(1, 20)
MONDAY = date(2026, 11, 30)


def bits(numbers: frozenset[int] | set[int]) -> int:
    return sum(1 << number for number in numbers)


def numbers(cells: int) -> set[int]:
    return {number for number in range(cells.bit_length()) if cells >> number & 1}


@given(st.integers(-MOST, MOST), st.integers(-5, MOST))
def test_a_span_is_so_many_cells_from_its_beginning_on(begin: int, cells: int) -> None:
    assert numbers(span(begin, cells)) == {cell for cell in range(begin, begin + cells) if cell >= 0}


@given(SETS, LENGTHS)
def test_spread_is_what_something_of_that_length_covers_from_each(cells: frozenset[int], length: int) -> None:
    assert numbers(spread(bits(cells), length)) == {cell + n for cell in cells for n in range(length)}


@given(SETS, LENGTHS)
def test_spread_back_is_from_where_something_of_that_length_meets_one(cells: frozenset[int], length: int) -> None:
    meets = {start for start in range(MOST + 1) if cells & set(range(start, start + length))}
    assert numbers(spread_back(bits(cells), length)) == meets


@given(st.integers(1, 10**8))
def test_a_cell_is_five_minutes_of_utc(cell: int) -> None:
    begins = instant_of(cell)
    assert begins.utcoffset() == timedelta(0)
    assert cell_of(begins) == cell_of(begins + timedelta(minutes=4, seconds=59)) == cell
    assert cell_of(begins - timedelta(microseconds=1)) == cell - 1


@pytest.mark.parametrize(("minutes", "cells"), [(5, 1), (6, 2), (20, 4), (22, 5), (60, 12)])
def test_minutes_take_whole_cells(minutes: int, cells: int) -> None:
    assert cells_in(minutes) == cells


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        ("2026-11-30", "09:00", "2026-11-30T07:00"),
        ("2026-11-30", "24:00", "2026-11-30T22:00"),
        ("2027-06-30", "24:00", "2027-06-30T21:00"),
        ("2026-12-31", "24:00", "2026-12-31T22:00"),
        ("2027-03-28", "02:59", "2027-03-28T00:59"),
        ("2027-03-28", "03:30", "2027-03-28T01:30"),  # does not exist: 04:30
        ("2027-03-28", "04:00", "2027-03-28T01:00"),
        ("2027-10-31", "03:30", "2027-10-31T00:30"),  # the first of two
        ("2027-10-31", "04:00", "2027-10-31T02:00"),
    ],
)
def test_a_wall_clock_in_utc(day: str, clock: str, instant: str) -> None:
    assert moment(date.fromisoformat(day), clock) == utc(instant)


def test_open_cells_lie_wholly_in_the_hours() -> None:
    assert numbers(open_cells((on("mon", "00:00", "00:15"),), MONDAY, 1)) == {0, 1, 2}
    assert numbers(open_cells((on("mon", "00:03", "00:14"),), MONDAY, 1)) == {1}
    assert open_cells((on("mon", "00:03", "00:04"), on("mon", "09:00", "08:00")), MONDAY, 1) == 0
    two = (on("mon", "00:00", "00:10"), on("mon", "00:05", "00:20"))
    assert numbers(open_cells(two, MONDAY, 1)) == {0, 1, 2, 3}
    night = (on("mon", "23:55", "24:00"), on("tue", "00:00", "00:05"))
    assert numbers(open_cells(night, MONDAY, 2)) == {287, 288}
    assert open_cells((), MONDAY, 31) == 0


@pytest.mark.parametrize(("first", "cells"), [("2027-03-28", 23 * 12), ("2027-10-31", 25 * 12), ("2027-06-01", 288)])
def test_a_day_has_as_many_cells_as_it_has(first: str, cells: int) -> None:
    assert open_cells((on(EVERY_DAY, "00:00", "24:00"),), date.fromisoformat(first), 1) == (1 << cells) - 1


def test_starts_are_every_step_from_the_opening_while_it_fits() -> None:
    shift = on("mon", "00:00", "01:00")
    assert numbers(start_cells(shift, 20, 20, MONDAY, 1)) == {0, 4, 8}
    assert numbers(start_cells(shift, 20, 25, MONDAY, 1)) == {0, 5}
    assert numbers(start_cells(shift, 22, 22, MONDAY, 1)) == {0, 5}  # 22 minutes take 25
    assert numbers(start_cells(shift, 60, 60, MONDAY, 8)) == {0, 7 * 288}
    assert start_cells(shift, 65, 5, MONDAY, 8) == 0


@pytest.mark.parametrize(
    ("nth", "days"),
    [
        ((1,), "2026-12-02 2027-01-06"),
        ((2, 4), "2026-12-09 2026-12-23 2027-01-13 2027-01-27"),
        ((5,), "2026-12-30"),
        ((-1,), "2026-12-30 2027-01-27"),
        ((5, -1), "2026-12-30 2027-01-27"),
        ((), "2026-12-02 2026-12-09 2026-12-16 2026-12-23 2026-12-30 2027-01-06 2027-01-13 2027-01-20 2027-01-27"),
    ],
)
def test_the_nth_wednesday_of_a_month(nth: tuple[int, ...], days: str) -> None:
    shift = on("wed", "13:00", "14:30", nth=nth)
    there = [date(2026, 12, 1) + timedelta(days=n) for n in range(62)]
    assert [f"{day}" for day in there if shift.on(day)] == days.split()


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_each_day_is_one_of_the_first_five_and_the_last_is_followed_by_another_month(day: date) -> None:
    def has(*nth: int) -> bool:
        return on(DAYS[day.weekday()], "09:00", "10:00", nth=nth).on(day) is not None

    assert [has(n) for n in range(1, 6)].count(True) == 1
    assert has(-1) == ((day + timedelta(days=7)).month != day.month)


def test_a_clinic_is_what_has_a_place_a_language_or_a_number() -> None:
    assert not on("mon", "09:00", "10:00", valid_from="2026-01-01", valid_to="2026-12-31").is_clinic
    for other in ({"nth": (1,)}, {"places": ("lavia",)}, {"languages": ("ru",)}):
        assert on("mon", "09:00", "10:00", **other).is_clinic
