"""Signals reach the one they are for, chat lines all who are in, and whoever waits hears nothing of either."""

from __future__ import annotations

from typing import Any

import pytest
from meeting import ROOM, Meeting
from sqlalchemy import ColumnElement, true

from services.errors import Forbidden, Invalid, NotFound
from services.privacy.masking import MASK
from services.video import records
from services.video.acts import Entered, admit, gone, leave, say, signal
from services.video.talking import SIGNAL_BYTES, TEXT_LENGTH

OFFER = {"description": {"type": "offer", "sdp": "v=0\r\n"}}
CANDIDATE = {"candidate": {"candidate": "candidate:1 1 udp 1 198.51.100.7 40000 typ host", "sdpMid": "0"}}


def kinds(meeting: Meeting, who: Entered) -> list[str]:
    return [event.kind for event in meeting.hears(who)]


def test_a_signal_is_for_one(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    second = meeting.host()
    sent = [meeting.act(signal, citizen.participant, host.participant, body) for body in (OFFER, CANDIDATE)]
    heard = [event for event in meeting.hears(host) if event.kind == "signal"]
    assert [(event.seq, event.sender, event.body) for event in heard] == [
        (sent[0], citizen.participant, OFFER),
        (sent[1], citizen.participant, CANDIDATE),
    ]
    assert "signal" not in kinds(meeting, second) + kinds(meeting, citizen)


@pytest.mark.parametrize("body", [{}, {"description": {}, "candidate": {}}, {"sdp": "v=0"}, {"candidate": "\ud800"},
                                  {"candidate": float("nan")}])  # fmt: skip
def test_what_is_no_signal_is_refused(meeting: Meeting, body: dict[str, Any]) -> None:
    host, citizen = meeting.pair()
    with pytest.raises(Invalid, match="body: signal"):
        meeting.act(signal, citizen.participant, host.participant, body)
    assert "signal" not in kinds(meeting, host)


def test_a_signal_has_its_most_bytes_and_not_one_more(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    frame = len('{"candidate": ""}')
    most = {"candidate": "ä" * ((SIGNAL_BYTES - frame) // 2) + "a" * ((SIGNAL_BYTES - frame) % 2)}
    assert meeting.act(signal, citizen.participant, host.participant, most)
    with pytest.raises(Invalid, match="body: too_long"):
        meeting.act(signal, citizen.participant, host.participant, {"candidate": f"{most['candidate']}a"})


def test_the_end_of_candidates_is_a_signal(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    assert meeting.act(signal, citizen.participant, host.participant, {"candidate": None})


def test_signals_go_between_two_who_are_in_the_same_room(meeting: Meeting, other: str) -> None:
    host, citizen = meeting.pair()
    waits, was_here, elsewhere = meeting.waiting(), meeting.host(), meeting.host(other)
    meeting.act(leave, was_here.participant)
    for sender in (waits.participant, was_here.participant, "nobody"):
        with pytest.raises(Forbidden):
            meeting.act(signal, sender, host.participant, OFFER)
    for to in (waits.participant, was_here.participant, elsewhere.participant, host.participant, "nobody"):
        with pytest.raises(NotFound):
            meeting.act(signal, host.participant, to, OFFER)
    meeting.act(gone, citizen.participant, line=1, heard=0)
    assert meeting.act(signal, host.participant, citizen.participant, OFFER)


def test_a_line_is_for_all_who_are_in_the_sender_too(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    second = meeting.host()
    seq = meeting.act(say, citizen.participant, "Näkyykö kuva?")
    for each in (host, citizen, second):
        event = meeting.hears(each)[-1]
        assert (event.seq, event.kind, event.sender) == (seq, "said", citizen.participant)
        assert (event.body, event.at) == ({"text": "Näkyykö kuva?"}, meeting.now)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  A\u0308iti \n", "Äiti"),
        ("eka\r\ntoka", "eka\ntoka"),
        ("a\x00b\x1bc\ud800d", "abcd"),
        ("tunnus 010190-123A", f"tunnus {MASK}"),
        ("x" * TEXT_LENGTH, "x" * TEXT_LENGTH),
        ("A\u0308" * TEXT_LENGTH, "Ä" * TEXT_LENGTH),
    ],
)
def test_a_line_is_kept_clean_and_masked(meeting: Meeting, text: str, kept: str) -> None:
    host, citizen = meeting.pair()
    meeting.act(say, citizen.participant, text)
    assert meeting.hears(host)[-1].body == {"text": kept}


@pytest.mark.parametrize(("text", "code"), [("", "required"), (" \n\x00", "required"), ("x" * 2001, "too_long")])
def test_a_line_that_is_none_is_refused(meeting: Meeting, text: str, code: str) -> None:
    host, citizen = meeting.pair()
    with pytest.raises(Invalid, match=f"text: {code}"):
        meeting.act(say, citizen.participant, text)
    assert "said" not in kinds(meeting, host)


def test_who_is_not_in_says_nothing(meeting: Meeting) -> None:
    host, waits = meeting.host(), meeting.waiting()
    with pytest.raises(Forbidden):
        meeting.act(say, waits.participant, "moi")
    assert "said" not in kinds(meeting, host)


def talk_behind_the_door(meeting: Meeting) -> tuple[Entered, Entered]:
    """Two talk while one waits; the one, and a host."""
    host, citizen = meeting.pair()
    waits = meeting.waiting()
    meeting.act(say, citizen.participant, "salaisuus")
    meeting.act(signal, host.participant, citizen.participant, OFFER)
    meeting.act(leave, citizen.participant)
    return waits, host


def test_who_waits_hears_nothing_of_the_talk(meeting: Meeting) -> None:
    waits, _ = talk_behind_the_door(meeting)
    assert meeting.hears(waits) == []


def test_control_without_the_filter_they_would(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(*_: object) -> ColumnElement[bool]:
        return true()

    monkeypatch.setattr(records, "for_one", everything)
    waits, _ = talk_behind_the_door(meeting)
    assert kinds(meeting, waits) == ["said", "signal", "left"]


def test_who_waits_hears_hosts_come_and_go(meeting: Meeting) -> None:
    waits = meeting.waiting()
    host = meeting.host()
    meeting.act(gone, host.participant, line=1, heard=0)
    meeting.act(leave, host.participant)
    assert kinds(meeting, waits) == ["came", "away", "left"]


def test_who_is_let_in_hears_nothing_of_what_was_before(meeting: Meeting) -> None:
    waits, host = talk_behind_the_door(meeting)
    meeting.act(admit, ROOM, host.participant, waits.participant)
    meeting.act(say, host.participant, "tervetuloa")
    assert kinds(meeting, waits) == ["admitted", "said"]


def test_a_host_who_comes_later_hears_nothing_of_what_was_before(meeting: Meeting) -> None:
    talk_behind_the_door(meeting)
    late = meeting.host()
    assert [event.kind for event in meeting.hears(late, 0) if event.kind in {"said", "signal"}] == []


def test_a_page_of_events_goes_on_where_the_last_one_ended(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    said = [meeting.act(say, citizen.participant, f"{number}") for number in range(5)]
    found, after = [], said[0] - 1
    while page := meeting.database.read_now(records.events_after, ROOM, host.participant, after, 2):
        found += [event.seq for event in page]
        after = found[-1]
    assert found == said


def test_signals_are_forgotten_after_ten_minutes_and_lines_are_not(meeting: Meeting) -> None:
    host, citizen = meeting.pair()
    meeting.act(say, citizen.participant, "vanha")
    meeting.act(signal, citizen.participant, host.participant, OFFER)
    meeting.forward(minutes=10)
    meeting.act(say, citizen.participant, "nyt")
    assert "signal" in kinds(meeting, host)
    meeting.forward(seconds=1)
    meeting.act(say, citizen.participant, "uusi")
    assert kinds(meeting, host) == ["said", "said", "said"]
