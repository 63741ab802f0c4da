"""When the last one has left nothing is there any more, but that a meeting took place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from databases import rows
from meeting import NOW, ROOM, Meeting

from services.errors import NotFound
from services.video.acts import GRACE, come_back, forget, gone, leave, put_out, say, seen, sweep

TABLES = ("rooms", "participants", "room_events")


def many(meeting: Meeting) -> list[int]:
    """How many rows the tables have."""
    return [look(meeting, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]


def look(meeting: Meeting, query: str) -> list[Any]:
    return rows(meeting.database.url.render_as_string(hide_password=False), query)


def statistics(meeting: Meeting) -> list[Any]:
    return look(meeting, "SELECT kind, session, language, unit, place, data FROM events ORDER BY id")


def test_when_the_last_one_has_left_nothing_is_there(meeting: Meeting, other: str) -> None:
    host, citizen = meeting.pair()
    meeting.act(say, citizen.participant, "moi")
    meeting.act(put_out, ROOM, host.participant, meeting.waiting().participant)
    meeting.pair(other)
    theirs = [1, 2, 3]
    meeting.act(leave, citizen.participant)
    assert many(meeting) > theirs
    meeting.act(leave, host.participant)
    assert many(meeting) == theirs
    with pytest.raises(NotFound):
        meeting.hears(host)


def test_one_who_waits_keeps_the_room(meeting: Meeting) -> None:
    host, waits = meeting.host(), meeting.waiting()
    meeting.act(leave, host.participant)
    assert meeting.here() == {waits.participant: "waiting"}
    meeting.act(leave, waits.participant)
    assert many(meeting) == [0, 0, 0]


def test_it_ends_too_when_the_last_ones_only_drop_out(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    for each in (host, citizen):
        meeting.act(gone, each.participant, line=1, heard=0)
    meeting.forward(seconds=GRACE.total_seconds() + 1)
    assert meeting.act(sweep, ROOM)
    assert many(meeting) == [0, 0, 0]


def test_a_room_that_ended_begins_anew(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    for each in (host, citizen):
        meeting.act(leave, each.participant)
    with pytest.raises(NotFound):
        meeting.act(come_back, ROOM, citizen.secret)
    again, _ = meeting.pair()
    assert [event.kind for event in meeting.hears(again, 0)] == ["came", "came", "admitted"]


def test_statistics_know_how_many_and_how_long_and_nobody(meeting: Meeting) -> None:
    host = meeting.host()
    meeting.forward(seconds=30)
    expert, citizen = meeting.pair()
    meeting.act(leave, expert.participant)
    meeting.forward(minutes=20)
    for each in (citizen, host):
        meeting.act(leave, each.participant)
    begun, ended = statistics(meeting)
    assert begun[0] == "video.begun"
    assert begun[2:] == ("fi", "pysakointi", "home", '{"topic":"pysakointi"}')
    assert ended[0] == "video.ended"
    assert ended[5] == '{"topic":"pysakointi","people":3,"seconds":1200}'
    assert begun[1] == ended[1] != ROOM


def test_the_time_until_a_loss_is_noticed_is_not_counted(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    meeting.forward(seconds=30)
    for each in (host, citizen):
        assert meeting.act(seen, each.participant, line=1, heard=0)
    meeting.forward(hours=1)
    meeting.act(sweep, ROOM)
    assert statistics(meeting)[-1][5] == '{"topic":"pysakointi","people":2,"seconds":30}'


def test_where_nobody_was_let_in_no_meeting_took_place(meeting: Meeting) -> None:
    host, waits = meeting.host(), meeting.waiting()
    for each in (host, waits):
        meeting.act(leave, each.participant)
    assert statistics(meeting) == []


def test_two_meetings_of_one_appointment_cannot_be_told_to_be(meeting: Meeting) -> None:
    for _ in range(2):
        host, citizen = meeting.pair()
        for each in (host, citizen):
            meeting.act(leave, each.participant)
    sessions = [session for _, session, *_ in statistics(meeting)]
    assert sessions[0] == sessions[1] != sessions[2] == sessions[3]


def test_a_room_that_nobody_left_is_forgotten_two_hours_after_the_end(meeting: Meeting) -> None:
    meeting.pair()
    meeting.now = NOW + timedelta(minutes=30, hours=2)
    meeting.act(forget)
    assert many(meeting) == [1, 2, 3]
    meeting.forward(seconds=1)
    meeting.act(forget)
    assert many(meeting) == [0, 0, 0]
    assert statistics(meeting)[-1][0] == "video.ended"
