"""A call from the ring to its end, and the appointment that begins with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from databases import rows
from ringing import NOW, TOPIC, Point, with_a_calendar

from services.accounts.rules import Role
from services.appointments import reserving
from services.appointments.on_the_spot import give_back
from services.appointments.records import by_id
from services.appointments.reserving import Taken, reserve, taken
from services.appointments.shifts import cell_of
from services.audit.acts import entries
from services.calls.acts import KEPT, RING, call, decline, expire, forget, withdraw
from services.calls.presence import appear
from services.calls.records import Call, brought, call_of, ringing
from services.errors import CallTaken, Conflict, Forbidden, Gone, Invalid, NotFound
from services.video.window import window


def events(point: Point) -> list[tuple[str, str]]:
    url = point.database.url.render_as_string(hide_password=False)
    return [(row.kind, row.data) for row in rows(url, "SELECT kind, data FROM events ORDER BY id")]


def rings(point: Point, account: str) -> list[str]:
    return [each.id for each in point.database.read_now(ringing, account, point.now)]


def seen(point: Point, made: Call) -> Call:
    found: Call = point.database.read_now(call_of, made.id)
    return found


def test_all_who_are_there_are_rung_and_the_first_has_it(point: Point) -> None:
    agent, one, other = point.agent(), point.expert("ensimmäinen"), point.expert("toinen")
    made = point.call(agent)
    assert (made.state, set(made.rung), made.until) == ("ringing", {one, other}, NOW + RING)
    assert rings(point, one) == rings(point, other) == [made.id]
    point.forward(seconds=3.5)
    accepted, begun = point.accept(made, other)
    assert (accepted.state, accepted.taken_by, accepted.appointment) == ("accepted", other, begun.id)
    with pytest.raises(CallTaken) as refused:
        point.accept(made, one)
    assert refused.value.title == {"fi": "toinen"}
    assert rings(point, one) == rings(point, other) == []
    assert events(point) == [
        ("call.made", '{"topic":"pysakointi","rung":2}'),
        ("call.accepted", '{"topic":"pysakointi","wait_ms":3500}'),
    ]
    acts = {(entry.act, entry.by) for entry in point.database.read_now(entries, subject=made.id)}
    assert acts == {("call.made", agent.account), ("call.accepted", other)}


def test_the_appointment_is_on_at_once_and_belongs_to_nobody_by_name(point: Point) -> None:
    agent, expert = point.agent(), point.expert("ensimmäinen")
    _, begun = point.accept(point.call(agent), expert)
    start = NOW.replace(minute=0)
    assert (begun.start, begun.end) == (start, start + timedelta(minutes=20))
    assert (begun.state, begun.guest_came, begun.place, begun.language) == ("checked_in", True, "lavia", "fi")
    assert (begun.name, begun.email, begun.phone, begun.expert_title) == ("", None, None, {"fi": "ensimmäinen"})
    assert {window(begun, point.now, role) for role in ("citizen", "host")} == {"open"}
    assert point.database.read_now(brought, agent.account, begun.id)
    assert not point.database.read_now(brought, expert, begun.id)
    resource = reserving.expert(begun.expert)
    assert point.database.read_now(taken, [resource], cell_of(NOW), 8) == {resource: 0b111111}


def test_who_accepts_twice_gets_the_same_appointment(point: Point) -> None:
    expert = point.expert("ensimmäinen")
    made = point.call(point.agent())
    assert point.accept(made, expert)[1] == point.accept(made, expert)[1]


def test_the_appointment_ends_where_the_next_one_begins(point: Point) -> None:
    account = point.expert("ensimmäinen")
    made = point.call(point.agent())
    resource = reserving.expert(point.act(with_a_calendar, account))
    point.act(reserve, "next", [Taken(resource, cell_of(NOW) + 3, 4)])
    _, begun = point.accept(made, account)
    assert begun.end - begun.start == timedelta(minutes=15)


def test_who_is_occupied_by_now_cannot_accept_and_a_colleague_can(point: Point) -> None:
    busy, free = point.expert("ensimmäinen"), point.expert("toinen")
    made = point.call(point.agent())
    resource = reserving.expert(point.act(with_a_calendar, busy))
    point.act(reserve, "now", [Taken(resource, cell_of(NOW), 1)])
    with pytest.raises(Conflict):
        point.accept(made, busy)
    assert seen(point, made).state == "ringing"
    assert point.accept(made, free)[0].taken_by == free


def test_who_is_in_a_call_is_not_rung_until_the_room_is_empty(point: Point) -> None:
    agent, expert = point.agent(), point.expert("ensimmäinen")
    _, begun = point.accept(point.call(agent), expert)
    assert point.call(agent, "fi").state == "nobody"
    point.forward(minutes=7)
    point.act(give_back, begun.id, point.now)
    assert point.act(by_id, begun.id).end == NOW.replace(minute=10)
    point.forward(minutes=1)
    point.act(appear, expert, point.now)
    again = point.call(agent)
    assert again.rung == (expert,)
    assert point.accept(again, expert)[1].start == NOW.replace(minute=10)


def test_the_language_asked_for_is_respected(point: Point) -> None:
    agent = point.agent()
    silent, english = point.expert("ensimmäinen"), point.expert("toinen", ["en"])
    assert point.call(agent, "fi").rung == (silent,)
    assert point.call(agent, "en").rung == (english,)


def test_nobody_there_is_over_at_once(point: Point) -> None:
    made = point.call(point.agent())
    assert (made.state, made.rung) == ("nobody", ())
    assert [kind for kind, _ in events(point)] == ["call.made", "call.nobody"]


def test_who_calls_again_while_it_rings_gets_the_same_call(point: Point) -> None:
    point.expert("ensimmäinen")
    agent = point.agent()
    assert point.call(agent) == point.call(agent)
    assert point.call(agent, "fi") != point.call(point.agent("toinen-neuvoja"))


def test_an_expert_does_not_ring_themselves(point: Point) -> None:
    expert = point.signed_in("ensimmäinen", Role.EXPERT)
    point.act(appear, expert.account, point.now)
    assert point.call(expert).state == "nobody"


def test_when_all_decline_it_is_over(point: Point) -> None:
    one, other = point.expert("ensimmäinen"), point.expert("toinen")
    made = point.call(point.agent())
    assert point.act(decline, made.id, one, point.now).state == "ringing"
    assert (rings(point, one), rings(point, other)) == ([], [made.id])
    assert point.act(decline, made.id, other, point.now).state == "nobody"
    with pytest.raises(Gone):
        point.accept(made, one)


def test_it_rings_for_45_seconds(point: Point) -> None:
    expert = point.expert("ensimmäinen")
    made = point.call(point.agent())
    point.now += RING - timedelta(seconds=1)
    assert point.act(expire, point.now) == []
    point.forward(seconds=1)
    assert rings(point, expert) == []
    with pytest.raises(Gone):
        point.accept(made, expert)
    assert [each.state for each in point.act(expire, point.now)] == ["nobody"]
    assert point.act(expire, point.now) == []
    assert [kind for kind, _ in events(point)] == ["call.made", "call.nobody"]


def test_who_called_can_withdraw_and_nobody_else(point: Point) -> None:
    expert, agent = point.expert("ensimmäinen"), point.agent()
    made = point.call(agent)
    with pytest.raises(NotFound):
        point.act(withdraw, made.id, expert, point.now)
    assert point.act(withdraw, made.id, agent.account, point.now).state == "withdrawn"
    with pytest.raises(Gone):
        point.accept(made, expert)


def test_withdrawing_too_late_changes_nothing(point: Point) -> None:
    expert, agent = point.expert("ensimmäinen"), point.agent()
    made = point.call(agent)
    point.accept(made, expert)
    assert point.act(withdraw, made.id, agent.account, point.now).state == "accepted"


def test_who_was_not_rung_cannot_accept(point: Point) -> None:
    point.expert("ensimmäinen")
    made = point.call(point.agent())
    late = point.expert("toinen")
    with pytest.raises(NotFound):
        point.accept(made, late)
    with pytest.raises(NotFound):
        point.act(decline, made.id, late, point.now)


@pytest.mark.parametrize(("wish", "field"), [({"place": "muu"}, "place"), ({"language": "sv"}, "language")])
def test_what_the_topic_does_not_offer_is_refused(point: Point, wish: dict[str, Any], field: str) -> None:
    asked = {"place": "lavia", "language": "fi", **wish}
    with pytest.raises(Invalid) as refused:
        point.act(call, "call", point.agent(), TOPIC, now=point.now, **asked)
    assert refused.value.field == field


def test_who_meets_nobody_calls_nobody(point: Point) -> None:
    with pytest.raises(Forbidden):
        point.call(point.signed_in("sisältö", Role.EDITOR))


def test_calls_and_presence_are_forgotten_after_30_days(point: Point) -> None:
    expert = point.expert("ensimmäinen")
    made = point.call(point.agent())
    point.accept(made, expert)
    url = point.database.url.render_as_string(hide_password=False)

    def left() -> list[int]:
        return [rows(url, f"SELECT count(*) FROM {table}")[0][0] for table in ("calls", "rung", "presence")]

    point.act(forget, NOW + KEPT)
    assert left() == [1, 1, 1]
    point.act(forget, NOW + KEPT + timedelta(seconds=1))
    assert left() == [0, 0, 0]
