"""Only a host in the room lets in and puts out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from meeting import ROOM, Meeting

from services.errors import Forbidden, NotFound
from services.video.acts import admit, gone, leave, put_out


def test_who_is_let_in_is_in_and_all_hear_of_it(meeting: Meeting) -> None:
    host, citizen = meeting.host(), meeting.waiting()
    seq = meeting.act(admit, ROOM, host.participant, citizen.participant)
    assert meeting.here() == {host.participant: "in", citizen.participant: "in"}
    for each in (host, citizen):
        event = meeting.hears(each)[-1]
        assert (event.seq, event.kind, event.sender, event.body) == (
            seq, "admitted", citizen.participant, {"by": host.participant},
        )  # fmt: skip


def test_letting_in_twice_is_letting_in_once(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    assert meeting.act(admit, ROOM, host.participant, citizen.participant) is None
    assert [event.kind for event in meeting.hears(host)].count("admitted") == 1


def test_who_dropped_out_while_waiting_can_be_let_in(meeting: Meeting) -> None:
    host, citizen = meeting.host(), meeting.waiting()
    meeting.act(gone, citizen.participant, line=1, heard=0)
    assert meeting.act(admit, ROOM, host.participant, citizen.participant)


def test_who_is_put_out_hears_that_and_no_more(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    seq = meeting.act(put_out, ROOM, host.participant, citizen.participant)
    meeting.act(leave, meeting.waiting().participant)
    assert [(event.seq, event.kind, event.sender) for event in meeting.hears(citizen, seq - 1)] == [
        (seq, "put_out", citizen.participant)
    ]
    assert meeting.here() == {host.participant: "in"}
    assert meeting.act(put_out, ROOM, host.participant, citizen.participant) is None


def test_one_who_waits_can_be_put_out(meeting: Meeting) -> None:
    host, citizen = meeting.host(), meeting.waiting()
    assert meeting.act(put_out, ROOM, host.participant, citizen.participant)
    assert meeting.hears(citizen)[-1].kind == "put_out"


@pytest.mark.parametrize("act", [admit, put_out])
def test_nobody_but_a_host_in_this_room_may(meeting: Meeting, act: Callable[..., Any], other: str) -> None:
    host, citizen = meeting.pair()
    waits, elsewhere, was_here = meeting.waiting(), meeting.host(other), meeting.host()
    meeting.act(leave, was_here.participant)
    for by in (citizen.participant, waits.participant, elsewhere.participant, was_here.participant, "nobody"):
        with pytest.raises(Forbidden):
            meeting.act(act, ROOM, by, waits.participant)
    assert meeting.here()[waits.participant] == "waiting"
    assert meeting.act(act, ROOM, host.participant, waits.participant)


@pytest.mark.parametrize("act", [admit, put_out])
def test_nobody_of_another_room_is_reached(meeting: Meeting, act: Callable[..., Any], other: str) -> None:
    host, elsewhere = meeting.host(), meeting.waiting(other)
    for whom in (elsewhere.participant, "nobody"):
        with pytest.raises(NotFound):
            meeting.act(act, ROOM, host.participant, whom)
    assert meeting.here(other) == {elsewhere.participant: "waiting"}


def test_who_gave_up_waiting_cannot_be_let_in(meeting: Meeting) -> None:
    host, citizen = meeting.host(), meeting.waiting()
    meeting.act(leave, citizen.participant)
    with pytest.raises(NotFound):
        meeting.act(admit, ROOM, host.participant, citizen.participant)
    assert citizen.participant not in meeting.here()
