"""Who can be called: there, signed in, willing, and not occupied."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ringing import TOPIC, UNIT, Point, with_a_calendar

from services.accounts.acts import disable
from services.accounts.rules import Role
from services.accounts.sessions import end_all
from services.appointments import reserving
from services.appointments.reserving import Taken, reserve
from services.appointments.shifts import cell_of
from services.calls.presence import PRESENT, appear, present


def there(point: Point, buffer: int = TOPIC.buffer) -> set[str]:
    found = point.database.read_now(present, [UNIT], point.now, buffer)
    return {each.account for each in found.get(UNIT, [])}


def test_an_open_page_counts_for_45_seconds(point: Point) -> None:
    expert = point.expert("ensimmäinen")
    point.now += PRESENT - timedelta(seconds=1)
    assert there(point) == {expert}
    point.forward(seconds=1)
    assert there(point) == set()
    point.act(appear, expert, point.now)
    assert there(point) == {expert}


def test_the_wish_is_kept_until_it_is_changed(point: Point) -> None:
    expert = point.expert("ensimmäinen")
    assert point.act(appear, expert, point.now, False) is False
    assert point.act(appear, expert, point.now) is False
    assert there(point) == set()
    assert point.act(appear, expert, point.now, True) is True
    assert there(point) == {expert}


def test_only_experts_of_the_unit(point: Point) -> None:
    expert = point.expert("ensimmäinen")
    for login, role, unit in (("neuvoja", Role.AGENT, UNIT), ("muu", Role.EXPERT, "kirjaamo")):
        point.act(appear, point.signed_in(login, role, units=[unit]).account, point.now)
    assert there(point) == {expert}


def test_who_signed_out_or_was_disabled_is_not_there(point: Point) -> None:
    gone, disabled = point.expert("ensimmäinen"), point.expert("toinen")
    point.act(end_all, gone, point.now, gone)
    point.act(disable, disabled, point.now, "command line")
    assert there(point) == set()


@pytest.mark.parametrize(
    ("minutes", "is_there"),
    [(0, False), (14, False), (20, True), (-20, True), (-10, False)],
    ids=["begins", "begins within the buffer", "begins later", "is over", "goes on"],
)
def test_an_appointment_keeps_from_being_called(point: Point, minutes: int, is_there: bool) -> None:
    account = point.expert("ensimmäinen")
    resource = reserving.expert(point.act(with_a_calendar, account))
    first = cell_of(point.now + timedelta(minutes=minutes))
    point.act(reserve, "another", [Taken(resource, first, 4)])
    assert there(point) == ({account} if is_there else set())
