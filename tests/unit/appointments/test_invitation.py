"""Calendar files, as two independent parsers read them."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from services.appointments.invitation import Method, Words, invitation
from services.appointments.records import Appointment
from services.clock import local

with warnings.catch_warnings():  # its parser generator announces its own future
    warnings.simplefilter("ignore")
    import ics

START = datetime(2026, 11, 30, 7, tzinfo=UTC)
APPOINTMENT = Appointment(
    id="8Wg4vW2cQqC3b1mZr0uX5w",
    token="a-token",
    expert="demo-1",
    expert_title={"fi": "Neuvoja (demo)"},
    demo=True,
    topic="sosiaalityo",
    unit="sosiaali",
    place="lavia",
    room="booth",
    language="fi",
    start=START,
    end=START + timedelta(minutes=20),
    name="Karhu",
    email="karhu@example.fi",
    phone=None,
    note="toimeentulosta",
    needs=("hearing_loop",),
    interpreter=None,
    interpreter_state=None,
    same_expert=False,
    citizen=None,
    state="confirmed",
    guest_came=None,
    host_came=None,
    cancelled_by=None,
    reason=None,
    sequence=0,
    created_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    changed_at=datetime(2026, 11, 24, 10, 30, tzinfo=UTC),
)
WORDS = Words("Etätapaaminen / asiakaspalvelu", "Lavian kirjasto, Pori", "Valmistaudu;\nkamera, mikrofoni \\ ä" * 4)


def written(appointment: Appointment = APPOINTMENT, method: Method = "REQUEST", words: Words = WORDS) -> str:
    return invitation(appointment, method, words, "porina@example.fi")


def test_an_invitation_as_icalendar_reads_it() -> None:
    calendar = Calendar.from_ical(written())
    [event] = calendar.walk("VEVENT")
    assert (calendar["method"], calendar["version"]) == ("REQUEST", "2.0")
    assert event["uid"] == "8Wg4vW2cQqC3b1mZr0uX5w@porina.pori.fi"
    assert event["sequence"] == 0
    assert event["status"] == "CONFIRMED"
    assert (event["dtstart"].dt, event["dtend"].dt) == (START, START + timedelta(minutes=20))
    assert event["dtstamp"].dt == APPOINTMENT.changed_at
    assert event["summary"] == WORDS.summary
    assert event["location"] == WORDS.location
    assert event["description"] == WORDS.description
    assert event["organizer"] == "mailto:porina@example.fi"
    assert event["attendee"] == "mailto:karhu@example.fi"
    assert event["attendee"].params["CN"] == "Karhu"


def test_the_same_as_another_parser_reads_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calendar = ics.Calendar(written())
    [event] = calendar.events
    assert calendar.method == "REQUEST"
    assert event.uid == "8Wg4vW2cQqC3b1mZr0uX5w@porina.pori.fi"
    assert (event.begin.datetime, event.end.datetime) == (START, START + timedelta(minutes=20))
    assert (event.name, event.location, event.description) == (WORDS.summary, WORDS.location, WORDS.description)
    assert event.status == "CONFIRMED"


def test_lines_end_in_crlf_and_are_folded_at_75_octets() -> None:
    data = written().encode()
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@pytest.mark.parametrize(("start", "wall"), [("2027-01-15T07:00", "09:00"), ("2027-07-15T06:00", "09:00")])
def test_times_are_utc_so_summer_and_winter_are_right(start: str, wall: str) -> None:
    """City-of-Helsinki/respa/issues/527: calendar files in winter time all year round."""
    begins = datetime.fromisoformat(start).replace(tzinfo=UTC)
    text = written(replace(APPOINTMENT, start=begins, end=begins + timedelta(minutes=20)))
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert f"{local(event['dtstart'].dt):%H:%M}" == wall
    assert "TZID" not in text
    assert f"DTSTART:{begins:%Y%m%dT%H%M%SZ}" in text


def test_a_cancellation_has_its_method_its_state_and_a_higher_sequence() -> None:
    """github.com/calcom/cal.diy/issues/29706: REQUEST with a cancelled status leaves the event standing."""
    cancelled = replace(APPOINTMENT, state="cancelled", sequence=2)
    calendar = Calendar.from_ical(written(cancelled, "CANCEL"))
    [event] = calendar.walk("VEVENT")
    assert (calendar["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 2)
    assert event["uid"] == Calendar.from_ical(written()).walk("VEVENT")[0]["uid"]
    assert event["attendee"] == "mailto:karhu@example.fi"


def test_a_file_to_fetch_names_no_guest() -> None:
    text = written(method="PUBLISH")
    assert "METHOD:PUBLISH" in text
    assert "ATTENDEE" not in text
    assert "karhu" not in text.lower()


def test_nothing_of_the_matter_is_in_the_file() -> None:
    text = written().replace("\r\n ", "")
    for secret in ("sosiaali", "toimeentulo", "demo-1"):
        assert secret not in text


@pytest.mark.parametrize(
    "name", ['Ka"rhu', "Karhu:x;y,z", "Karhu^n", "BEGIN:VEVENT", "a;CN=b", "X" * 100, "Ääkkönen 🐻"]
)
def test_no_name_breaks_out_of_its_place(name: str) -> None:
    calendar = Calendar.from_ical(written(replace(APPOINTMENT, name=name)))
    [event] = calendar.walk("VEVENT")
    assert event["attendee"] == "mailto:karhu@example.fi"
    assert event["attendee"].params["CN"] == name.replace('"', "'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        [other] = ics.Calendar(written(replace(APPOINTMENT, name=name))).events
    assert other.uid == event["uid"]
