"""Coming, dropping out, coming back with a secret, and leaving."""

from __future__ import annotations

import pytest
from databases import rows
from meeting import NOW, ROOM, TITLE, Meeting

from services.audit.acts import entries
from services.errors import NotFound, RoomFull
from services.video.acts import GRACE, MOST, admit, come_back, enter, gone, leave, people, put_out, say, seen, sweep

ALMOST = GRACE.total_seconds()


def test_a_host_is_in_at_once_and_a_citizen_waits(meeting: Meeting) -> None:
    host = meeting.host()
    meeting.forward(seconds=1)
    citizen = meeting.waiting()
    assert (host.state, citizen.state) == ("in", "waiting")
    assert meeting.here() == {host.participant: "in", citizen.participant: "waiting"}
    first, second = meeting.database.read_now(people, ROOM)
    assert ((first.role, first.title), (second.role, second.title)) == (("host", TITLE), ("citizen", {}))


def test_people_are_in_the_order_in_which_they_came(meeting: Meeting) -> None:
    came = []
    for _ in range(4):
        came.append(meeting.waiting().participant)
        meeting.forward(seconds=1)
    assert list(meeting.here()) == came


def test_who_comes_back_is_who_they_were_on_a_new_line(meeting: Meeting) -> None:
    _, citizen = meeting.pair()
    back = meeting.act(come_back, ROOM, citizen.secret)
    assert (back.participant, back.secret, back.state, back.line) == (citizen.participant, citizen.secret, "in", 2)


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    heard = meeting.act(say, host.participant, "ennen")
    meeting.act(gone, citizen.participant, line=citizen.line, heard=heard)
    meeting.act(say, host.participant, "välissä")
    back = meeting.act(come_back, ROOM, citizen.secret)
    meeting.act(say, host.participant, "jälkeen")
    lines = [event.body["text"] for event in meeting.hears(back) if event.kind == "said"]
    assert lines == ["välissä", "jälkeen"]


def test_what_the_browser_says_it_has_heard_counts_more(meeting: Meeting) -> None:
    """The line wrote to a socket that was dead already."""
    host, citizen = meeting.pair()
    before = meeting.act(say, host.participant, "ennen")
    heard = meeting.act(say, host.participant, "kadonnut")
    meeting.act(gone, citizen.participant, line=citizen.line, heard=heard)
    back = meeting.act(come_back, ROOM, citizen.secret, after=before)
    assert [event.body["text"] for event in meeting.hears(back) if event.kind == "said"] == ["kadonnut"]


@pytest.mark.parametrize("after", [-5, 10**9])
def test_a_place_beyond_the_ends_is_the_end(meeting: Meeting, after: int) -> None:
    host, citizen = meeting.pair()
    back = meeting.act(come_back, ROOM, citizen.secret, after=after)
    meeting.act(say, host.participant, "moi")
    assert [event.body["text"] for event in meeting.hears(back) if event.kind == "said"] == ["moi"]


@pytest.mark.parametrize("secret", ["", "guess", "ä", "\ud800"])
def test_a_secret_of_nobody_opens_nothing(meeting: Meeting, secret: str) -> None:
    meeting.pair()
    with pytest.raises(NotFound):
        meeting.act(come_back, ROOM, secret)


def test_a_secret_opens_no_other_room(meeting: Meeting, other: str) -> None:
    _, citizen = meeting.pair()
    meeting.pair(other)
    with pytest.raises(NotFound):
        meeting.act(come_back, other, citizen.secret)
    with pytest.raises(NotFound):
        meeting.hears(citizen, room=other)
    assert meeting.act(come_back, ROOM, citizen.secret).participant == citizen.participant


def test_only_a_digest_of_the_secret_is_kept(meeting: Meeting) -> None:
    citizen = meeting.waiting()
    kept = rows(url(meeting), "SELECT * FROM participants")
    assert citizen.secret not in repr(kept)


def test_who_left_or_was_put_out_cannot_come_back(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    second = meeting.waiting()
    meeting.act(leave, citizen.participant)
    meeting.act(put_out, ROOM, host.participant, second.participant)
    for each in (citizen, second):
        with pytest.raises(NotFound):
            meeting.act(come_back, ROOM, each.secret)
    assert meeting.here() == {host.participant: "in"}


def test_a_dropped_line_is_away_and_others_hear_of_it(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    seq = meeting.act(gone, citizen.participant, line=1, heard=0)
    assert meeting.here() == {host.participant: "in", citizen.participant: "away"}
    [event] = meeting.hears(host, seq - 1)
    assert (event.seq, event.kind, event.sender) == (seq, "away", citizen.participant)
    meeting.act(come_back, ROOM, citizen.secret)
    assert meeting.here()[citizen.participant] == "in"


def test_who_waits_and_drops_out_waits_again(meeting: Meeting) -> None:
    citizen = meeting.waiting()
    meeting.act(gone, citizen.participant, line=1, heard=0)
    assert meeting.here() == {citizen.participant: "away"}
    assert meeting.act(come_back, ROOM, citizen.secret).state == "waiting"
    assert meeting.here() == {citizen.participant: "waiting"}


def test_an_older_line_that_is_found_dead_takes_nobody_away(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    back = meeting.act(come_back, ROOM, citizen.secret)
    assert meeting.act(gone, citizen.participant, line=citizen.line, heard=0) is None
    assert meeting.here() == {host.participant: "in", citizen.participant: "in"}
    assert meeting.act(seen, citizen.participant, line=citizen.line, heard=0) is False
    assert meeting.act(seen, citizen.participant, line=back.line, heard=0) is True


def test_who_is_not_seen_leaves_after_the_grace(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    meeting.act(gone, citizen.participant, line=1, heard=0)
    meeting.forward(seconds=ALMOST)
    meeting.act(seen, host.participant, line=1, heard=0)
    assert meeting.act(sweep, ROOM) is None
    assert citizen.participant in meeting.here()
    meeting.forward(seconds=1)
    seq = meeting.act(sweep, ROOM)
    assert [(event.seq, event.kind) for event in meeting.hears(host, seq - 1)] == [(seq, "left")]
    assert meeting.here() == {host.participant: "in"}
    assert meeting.act(seen, citizen.participant, line=1, heard=0) is False
    with pytest.raises(NotFound):
        meeting.act(come_back, ROOM, citizen.secret)
    assert meeting.act(sweep, ROOM) is None


def test_who_is_seen_stays_as_long_as_they_like(meeting: Meeting) -> None:
    host = meeting.host()
    for _ in range(10):
        meeting.forward(seconds=ALMOST)
        assert meeting.act(seen, host.participant, line=1, heard=0)
        meeting.act(sweep, ROOM)
    assert meeting.here() == {host.participant: "in"}


def test_sweeping_a_room_leaves_the_others_alone(meeting: Meeting, other: str) -> None:
    meeting.host()
    host = meeting.host(other)
    meeting.forward(minutes=5)
    meeting.act(sweep, ROOM)
    assert (meeting.here(), meeting.here(other)) == ({}, {host.participant: "in"})


def test_the_seventh_host_finds_the_room_full(meeting: Meeting) -> None:
    hosts = [meeting.host() for _ in range(MOST)]
    before = rows(url(meeting), "SELECT last_seq FROM rooms")
    with pytest.raises(RoomFull):
        meeting.host()
    with pytest.raises(RoomFull):
        meeting.waiting()
    assert len(meeting.here()) == MOST
    assert rows(url(meeting), "SELECT last_seq FROM rooms") == before
    meeting.act(leave, hosts[0].participant)
    assert meeting.host().state == "in"


def test_only_so_many_wait_and_none_of_them_keeps_a_host_out(meeting: Meeting) -> None:
    for _ in range(MOST):
        meeting.waiting()
    with pytest.raises(RoomFull):
        meeting.waiting()
    assert meeting.host().state == "in"


def test_a_full_room_lets_nobody_in_and_they_go_on_waiting(meeting: Meeting) -> None:
    host, citizen = meeting.host(), meeting.waiting()
    for _ in range(MOST - 1):
        last = meeting.host()
    with pytest.raises(RoomFull):
        meeting.act(admit, ROOM, host.participant, citizen.participant)
    assert meeting.here()[citizen.participant] == "waiting"
    meeting.act(leave, last.participant)
    assert meeting.act(admit, ROOM, host.participant, citizen.participant)


def test_who_is_long_gone_takes_no_place(meeting: Meeting) -> None:
    """The process that held their lines died, and nobody swept."""
    for _ in range(MOST):
        meeting.host()
    meeting.forward(seconds=ALMOST + 1)
    host = meeting.host()
    assert meeting.here() == {host.participant: "in"}


def test_leaving_twice_is_leaving_once(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    assert meeting.act(leave, citizen.participant)
    assert meeting.act(leave, citizen.participant) is None
    assert [event.kind for event in meeting.hears(host)].count("left") == 1


def test_the_audit_keeps_that_a_host_entered_and_of_a_citizen_nothing(meeting: Meeting) -> None:
    meeting.act(enter, ROOM, "host", TITLE, account="account-1")
    meeting.waiting()
    [entry] = meeting.database.read_now(entries)
    assert (entry.by, entry.act, entry.subject, entry.at) == ("account-1", "video.entered", ROOM, NOW)


def url(meeting: Meeting) -> str:
    return meeting.database.url.render_as_string(hide_password=False)
