"""What a supply must be like, and which appointments a change of it leaves outside: rules without a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.appointments.bookable import Bookable
from services.appointments.records import Booked
from services.appointments.shifts import Shift
from services.appointments.supply import Supply
from services.appointments.supply_rules import check, check_absence, effects, outside
from services.errors import Invalid

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)  # Tuesday, noon in Helsinki
TODAY = date(2026, 11, 24)
TOPICS = (
    Bookable("tuki", "neuvonta", 20, 10, ("fi", "ru"), ("home", "lavia")),
    Bookable("muu", "muualla", 20, 10, ("fi",), ("home",)),
)
PLAIN = Shift(("tue", "wed"), "09:00", "15:00")
CLINIC = Shift(("wed",), "13:00", "14:30", nth=(1,), places=("lavia",))
OFFER = Supply(("tuki",), ("fi",), ("home",), (PLAIN,))
BOOKED = Booked(
    id="a", expert="e", expert_title={}, demo=False, topic="tuki", unit="neuvonta", place="home", room=None,
    language="fi", start=NOW + timedelta(days=7), end=NOW + timedelta(days=7, minutes=20), name="Karhu", email=None,
    phone=None, note=None, needs=(), interpreter=None, interpreter_state=None, same_expert=False, state="confirmed",
    guest_came=None, host_came=None, cancelled_by=None, reason=None, sequence=0, citizen=None, created_at=NOW, changed_at=NOW,
)  # fmt: skip


def refusal(supply: Supply) -> tuple[str, str] | None:
    return refused(lambda: check(supply, {"neuvonta"}, TOPICS, TODAY))


def refused(what: Callable[[], Any]) -> tuple[str, str] | None:
    try:
        what()
    except Invalid as invalid:
        return invalid.field, invalid.code
    return None


def row(*shifts: Shift) -> Supply:
    return replace(OFFER, hours=shifts)


@pytest.mark.parametrize(
    ("supply", "why"),
    [
        (OFFER, None),
        (replace(OFFER, topics=()), None),
        (replace(OFFER, topics=("muu",)), ("topics", "unknown")),
        (replace(OFFER, languages=()), ("languages", "required")),
        (replace(OFFER, languages=("xx",)), ("languages", "unknown")),
        (replace(OFFER, places=()), ("places", "required")),
        (replace(OFFER, places=("kuu",)), ("places", "unknown")),
        (replace(OFFER, daily_most=1), None),
        (replace(OFFER, daily_most=50), None),
        (replace(OFFER, daily_most=0), ("daily_most", "range")),
        (replace(OFFER, daily_most=51), ("daily_most", "range")),
        (row(*[PLAIN] * 41), ("hours", "many")),
        (row(replace(PLAIN, days=())), ("hours-0", "days")),
        (row(replace(PLAIN, opens="09:03")), ("hours-0", "clock")),
        (row(replace(PLAIN, opens="9:00")), ("hours-0", "clock")),
        (row(replace(PLAIN, closes="25:00")), ("hours-0", "clock")),
        (row(replace(PLAIN, opens="15:00")), ("hours-0", "order")),
        (row(replace(PLAIN, closes="24:00")), None),
        (row(replace(PLAIN, nth=(6,))), ("hours-0", "unknown")),
        (row(replace(PLAIN, places=("kuu",))), ("hours-0", "unknown")),
        (row(replace(PLAIN, valid_from="2026-12-02", valid_to="2026-12-01")), ("hours-0", "dates")),
        (row(replace(PLAIN, valid_from="2026-13-02")), ("hours-0", "dates")),
        (row(replace(PLAIN, valid_from="9999-12-31")), ("hours-0", "dates")),
        (row(replace(PLAIN, valid_from="2026-12-05", valid_to="2026-12-06")), ("hours-0", "dates")),
        (row(replace(PLAIN, valid_from="2026-12-01", valid_to="2026-12-01")), None),
        (row(PLAIN, replace(PLAIN, opens="14:55", closes="16:00")), ("hours-1", "overlap")),
        (row(PLAIN, replace(PLAIN, opens="15:00", closes="16:00")), None),
        (row(PLAIN, replace(PLAIN, days=("mon",))), None),
        (row(PLAIN, CLINIC), None),
        (row(CLINIC, replace(CLINIC, places=("home",))), ("hours-1", "overlap")),
        (row(CLINIC, replace(CLINIC, nth=(2,))), None),
        (row(replace(CLINIC, nth=(4,)), replace(CLINIC, nth=(-1,))), ("hours-1", "overlap")),
        (row(replace(PLAIN, valid_to="2026-12-31"), replace(PLAIN, valid_from="2027-01-01")), None),
        (row(replace(PLAIN, valid_to="2026-12-31"), replace(PLAIN, valid_from="2026-12-30")), ("hours-1", "overlap")),
    ],
)
def test_what_a_supply_must_be_like(supply: Supply, why: tuple[str, str] | None) -> None:
    assert refusal(supply) == why


@pytest.mark.parametrize(
    ("starts", "ends", "why"),
    [
        (-4, 1, None),  # since this morning
        (24, 48, None),
        (-24, 48, ("starts", "past")),
        (-4, -1, ("ends", "order")),
        (5, 5, ("ends", "order")),
        (1, 24 * 366 + 1, None),
        (1, 24 * 366 + 2, ("ends", "long")),
    ],
)
def test_what_an_absence_must_be_like(starts: int, ends: int, why: tuple[str, str] | None) -> None:
    start, end = NOW + timedelta(hours=starts), NOW + timedelta(hours=ends)
    assert refused(lambda: check_absence(start, end, NOW)) == why


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (OFFER, None),
        (replace(OFFER, daily_most=1), None),
        (replace(OFFER, topics=()), "topic"),
        (replace(OFFER, languages=("ru",)), "language"),
        (replace(OFFER, places=("lavia",)), "place"),
        (row(), "hours"),
        (row(replace(PLAIN, opens="12:00", closes="12:20")), None),
        (row(replace(PLAIN, opens="12:05")), "hours"),
        (row(replace(PLAIN, closes="12:15")), "hours"),
        (row(replace(PLAIN, valid_to="2026-11-30")), "hours"),
        (row(PLAIN, Shift(("tue",), "12:10", "13:00", places=("home",))), "hours"),  # a clinic takes the time away
        (row(PLAIN, Shift(("tue",), "12:00", "13:00", places=("home",))), None),
        (row(PLAIN, Shift(("tue",), "12:00", "13:00", places=("lavia",))), "place"),
        (row(PLAIN, Shift(("tue",), "12:00", "13:00", languages=("ru",))), "language"),
        (row(PLAIN, Shift(("tue",), "12:00", "13:00", nth=(2,))), None),
    ],
)
def test_what_a_change_leaves_outside(after: Supply, why: str | None) -> None:
    assert outside(BOOKED, after) == why
    assert [(each.appointment.id, each.why) for each in effects([BOOKED], OFFER, after)] == (
        [("a", why)] if why else []
    )


def test_what_was_outside_before_is_no_effect() -> None:
    assert effects([BOOKED], row(), replace(row(), topics=())) == []


def test_the_mark_tells_supplies_apart() -> None:
    marks = {each.mark for each in (OFFER, row(), row(CLINIC), replace(OFFER, daily_most=3), Supply())}
    assert len(marks) == 5
    assert replace(OFFER).mark == OFFER.mark
