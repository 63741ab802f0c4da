"""Each state × each act, by a table that is written by hand; what the room sees; what is settled by itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from databases import fresh
from desks import appoint
from sqlalchemy import func, select

from services.appointments import attending, reserving
from services.appointments.acts import cancel
from services.appointments.life import SETTLED_AFTER, TRANSITIONS, close, forget_past, mark
from services.appointments.records import Appointment, Booked, State, by_id, displaced_of, token_of
from services.appointments.reserving import Taken, reserve
from services.appointments.shifts import cell_of
from services.appointments.slots import Slot
from services.appointments.tables import reservations, reserved_cells
from services.appointments.telling import Kind
from services.audit.tables import audit
from services.database import Database
from services.errors import Conflict, Gone, Invalid
from services.migrations import upgrade
from services.outbox.acts import Mail, Message
from services.outbox.tables import outbox
from services.video.acts import admit, enter, leave, people, sweep

START = datetime(2026, 11, 24, 10, tzinfo=UTC)
DURING = START + timedelta(minutes=10)
SECRET = "a secret of the tests"
PHONE = "044 123 4567"
TITLE = {"fi": "neuvoja", "sv": "rådgivare", "en": "adviser"}
STATES: tuple[State, ...] = get_args(State)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(fresh(tmp_path, upgrade))
    yield opened
    opened.close()


def compose(appointment: Appointment, kind: Kind, offers: Sequence[Slot] = ()) -> list[Message]:
    return [Mail("karhu@example.fi", "fi", kind, f"{appointment.cancelled_by}: {appointment.reason}")]


def booked(database: Database, state: State = "confirmed", **other: Any) -> str:
    return database.now(appoint, START, secret=SECRET, state=state, **{"phone": PHONE, "interpreter": "ru", **other})


def stands(database: Database, appointment: str) -> Booked:
    return database.read_now(by_id, appointment)


def told(database: Database) -> list[str]:
    return list(database.read_now(lambda tx: tx.scalars(select(outbox.c.subject)).all()))


def noted(database: Database, appointment: str) -> list[str]:
    mine = select(audit.c.act).where(audit.c.subject == appointment).order_by(audit.c.number)
    return list(database.read_now(lambda tx: tx.scalars(mine).all()))


ACTS: dict[str, Callable[[Any, str], Any]] = {
    "check in": lambda tx, a: attending.check_in(tx, a, "by", DURING),
    "begin": lambda tx, a: attending.begin(tx, a, "by", DURING),
    "finish": lambda tx, a: attending.finish(tx, a, "by", DURING),
    "no show": lambda tx, a: attending.no_show(tx, a, "by", DURING, guest=True, host=False),
    "call": lambda tx, a: attending.turn_into_call(tx, a, "by", DURING, SECRET, compose),
    "cancel": lambda tx, a: attending.cancel_by_us(tx, a, "by", DURING, SECRET, compose, reason="Sairastuminen"),
    "cancel by citizen": lambda tx, a: cancel(tx, token_of(SECRET, a), DURING, compose),
}
COLUMNS = tuple(ACTS)
#                check in      begin          finish  no show    call     cancel       cancel by citizen
TABLE = {
    "confirmed":   ("checked_in", "in_progress", "done", "no_show", "phone", "cancelled", "cancelled"),
    "displaced":   ("-",          "-",           "-",    "-",       "phone", "cancelled", "cancelled"),
    "checked_in":  ("checked_in", "in_progress", "done", "no_show", "phone", "cancelled", "cancelled"),
    "in_progress": ("-",          "in_progress", "done", "-",       "phone", "-",         "cancelled"),
    "done":        ("-",          "in_progress", "done", "no_show", "-",     "-",         "-"),
    "no_show":     ("checked_in", "in_progress", "done", "no_show", "-",     "-",         "-"),
    "cancelled":   ("-",          "-",           "-",    "-",       "-",     "cancelled", "cancelled"),
    "phone":       ("-",          "-",           "-",    "-",       "phone", "-",         "-"),
}  # fmt: skip


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(STATES) == set(TRANSITIONS)
    assert all(len(row) == len(COLUMNS) for row in TABLE.values())


def test_each_state_and_each_act(database: Database) -> None:
    """What is refused leaves no trace; calendars hear of a call and a cancelling only; twice is once."""
    wrong = []
    for state, (act, after) in itertools.product(STATES, enumerate(COLUMNS)):
        expected = TABLE[state][act]
        appointment = booked(database, state)
        before = stands(database, appointment)
        try:
            database.now(ACTS[after], appointment)
            seen = stands(database, appointment).state
        except Gone:
            seen = "-"
        now = stands(database, appointment)
        news = seen != state and seen in ("phone", "cancelled")
        if seen != expected or (seen == "-" and now != before):
            wrong.append(f"{after} of {state}: {seen}, not {expected}")
        if now.sequence != before.sequence + news or (now.changed_at == DURING) != news:
            wrong.append(f"{after} of {state}: sequence {now.sequence}")
        if seen != "-":
            entries = len(noted(database, appointment))
            database.now(ACTS[after], appointment)
            if stands(database, appointment) != now or len(noted(database, appointment)) != entries:
                wrong.append(f"{after} of {state} twice")
    assert wrong == []


def test_who_came_is_told_apart_and_put_right(database: Database) -> None:
    appointment = booked(database)

    def came() -> tuple[State, bool | None, bool | None]:
        now = stands(database, appointment)
        return now.state, now.guest_came, now.host_came

    assert came() == ("confirmed", None, None)
    database.now(ACTS["check in"], appointment)
    assert came() == ("checked_in", True, None)
    for guest, host in ((True, False), (False, True), (True, True)):
        database.now(attending.no_show, appointment, "by", DURING, guest=guest, host=host)
        assert came() == ("no_show", not guest, not host)
    database.now(ACTS["finish"], appointment)
    assert came() == ("done", True, True)
    assert noted(database, appointment) == ["appointment.checked_in", *["appointment.no_show"] * 3, "appointment.done"]
    with pytest.raises(Invalid, match="nobody"):
        database.now(attending.no_show, appointment, "by", DURING, guest=False, host=False)
    early = START - timedelta(minutes=1)
    with pytest.raises(Invalid, match="too_early"):
        database.now(attending.no_show, booked(database), "by", early, guest=True, host=False)


def test_a_change_in_between_is_not_written_over(database: Database) -> None:
    """With the control: who reads again may."""
    appointment = booked(database)
    before = stands(database, appointment)
    database.now(ACTS["cancel"], appointment)
    with pytest.raises(Conflict):
        database.now(mark, before, "checked_in", guest_came=True)
    assert stands(database, appointment).state == "cancelled"
    other = booked(database)
    before = stands(database, other)
    database.now(ACTS["check in"], other)  # the sequence is the same, the state is not
    with pytest.raises(Conflict):
        database.now(mark, before, "no_show")
    database.now(mark, stands(database, other), "done")


def test_a_call_needs_a_number_and_gives_back_the_room_alone(database: Database) -> None:
    with pytest.raises(Invalid, match="phone: required"):
        database.now(ACTS["call"], booked(database, phone=None))
    appointment = booked(database, place="lavia", room="a_1")
    first = cell_of(START)
    resources = [reserving.expert("x"), reserving.room("lavia", "a_1", 12), reserving.citizen("x")]
    database.now(reserve, appointment, [Taken(each, first, 4) for each in resources])
    database.now(reserve, "other", [Taken(reserving.room("lavia", "a_1", 1), first, 4)])
    database.now(ACTS["call"], appointment)
    for table, many in ((reserved_cells, 4), (reservations, 1)):
        left = select(table.c.resource, func.count()).where(table.c.owner == appointment).group_by(table.c.resource)
        kept = {row[0]: row[1] for row in database.read_now(lambda tx, left=left: tx.execute(left).all())}
        assert kept == {resources[0]: many, resources[2]: many}
        others = select(func.count()).select_from(table).where(table.c.owner == "other")
        assert database.read_now(lambda tx, others=others: tx.scalar(others)) == many
    assert stands(database, appointment).room is None
    assert told(database) == ["phone"]


def test_a_cancelling_says_by_whom_and_why_and_gives_all_back(database: Database) -> None:
    appointment = booked(database)
    database.now(reserve, appointment, [Taken(reserving.expert("x"), cell_of(START), 4)])
    for reason, code in (("", "required"), ("a\nb", "control"), ("a" * 201, "too_long")):
        with pytest.raises(Invalid, match=f"reason: {code}"):
            database.now(attending.cancel_by_us, appointment, "by", DURING, SECRET, compose, reason=reason)
    reason = "Sairastuminen, 131052-308T"
    database.now(attending.cancel_by_us, appointment, "by", DURING, SECRET, compose, reason=reason, who="expert")
    now = stands(database, appointment)
    assert (now.state, now.cancelled_by) == ("cancelled", "expert")
    assert now.reason is not None and "131052" not in now.reason and now.reason.startswith("Sairastuminen")
    assert database.read_now(lambda tx: tx.scalar(select(func.count()).select_from(reserved_cells))) == 0
    assert told(database) == ["cancelled"]
    late = START + timedelta(hours=1)
    with pytest.raises(Gone):
        database.now(attending.cancel_by_us, booked(database), "by", late, SECRET, compose, reason="x")
    waits = booked(database, "displaced")  # however late
    database.now(attending.cancel_by_us, waits, "by", late, SECRET, compose, reason="x")
    assert stands(database, waits).state == "cancelled"


def test_the_interpreter(database: Database) -> None:
    appointment = booked(database, interpreter_state="wanted")
    for state in ("ordered", "confirmed", "confirmed", "none"):
        assert database.now(attending.set_interpreter, appointment, state, "by", DURING).interpreter_state == state
    assert noted(database, appointment) == ["appointment.interpreter"] * 3
    assert stands(database, appointment).sequence == 0
    with pytest.raises(Invalid, match="not_wished"):
        database.now(attending.set_interpreter, booked(database, interpreter=None), "ordered", "by", DURING)


def test_the_displaced_wait_on_the_list_of_their_unit_until_they_are_seen_to(database: Database) -> None:
    early = booked(database, "displaced", starts=START - timedelta(days=40), ends=START - timedelta(days=40))
    late = booked(database, "displaced")
    booked(database)
    booked(database, "displaced", unit="matkailu")
    listed = database.read_now(displaced_of, {"pysakointi"})
    assert [each.id for each in listed] == [early, late]
    assert database.read_now(displaced_of, set()) == []


# In the room.


def test_what_the_room_sees(database: Database) -> None:
    appointment = booked(database)

    def seen() -> tuple[State, bool | None, bool | None]:
        now = stands(database, appointment)
        assert (now.sequence, now.changed_at) == (0, START - timedelta(days=7))
        return now.state, now.guest_came, now.host_came

    host = database.now(enter, appointment, "host", TITLE, START)
    assert seen() == ("confirmed", None, True)
    guest = database.now(enter, appointment, "citizen", {}, START)
    assert seen() == ("checked_in", True, True)
    database.now(admit, appointment, host.participant, guest.participant, DURING)
    assert seen() == ("in_progress", True, True)
    database.now(leave, host.participant, DURING)
    assert seen() == ("in_progress", True, True)
    database.now(leave, guest.participant, DURING)
    assert seen() == ("done", True, True)
    meet(database, appointment, START + timedelta(minutes=19))
    assert seen() == ("in_progress", True, True)  # they came back before the end
    database.now(sweep, appointment, START + timedelta(hours=1))  # and were lost
    assert seen() == ("done", True, True)
    meet(database, appointment, START + timedelta(minutes=21))
    assert seen() == ("done", True, True)  # a word after the end changes nothing


def test_who_only_waited_leaves_no_meeting(database: Database) -> None:
    appointment = booked(database)
    guest = database.now(enter, appointment, "citizen", {}, START)
    database.now(leave, guest.participant, DURING)
    now = stands(database, appointment)
    assert (now.state, now.guest_came, now.host_came) == ("checked_in", True, None)


@pytest.mark.parametrize("by_hand", ["no_show", "done", "phone", "cancelled", "displaced"])
def test_what_was_said_by_hand_stands_until_they_meet(database: Database, by_hand: State) -> None:
    appointment = booked(database, by_hand, guest_came=False)
    database.now(enter, appointment, "citizen", {}, DURING)
    assert (stands(database, appointment).state, stands(database, appointment).guest_came) == (by_hand, True)
    meet(database, appointment, DURING)
    expected = "in_progress" if by_hand in ("no_show", "done") else by_hand
    assert stands(database, appointment).state == expected


def meet(database: Database, appointment: str, now: datetime) -> None:
    """A host and a citizen come, and the citizen is let in."""
    host = database.now(enter, appointment, "host", TITLE, now)
    guest = database.now(enter, appointment, "citizen", {}, now)
    database.now(admit, appointment, host.participant, guest.participant, now)
    assert len(database.read_now(people, appointment)) >= 2


# By itself.

SETTLED = [
    # place, state, guest, host -> state, guest, host
    ("home", "confirmed", None, None, "confirmed", None, None),  # nobody was seen: nobody is blamed
    ("home", "confirmed", None, True, "no_show", False, True),
    ("home", "checked_in", True, None, "no_show", True, False),
    ("home", "checked_in", True, True, "done", True, True),
    ("home", "in_progress", True, True, "done", True, True),
    ("home", "checked_in", True, False, "no_show", True, False),
    ("lavia", "confirmed", None, None, "confirmed", None, None),
    ("lavia", "confirmed", None, True, "confirmed", None, True),  # the citizen may sit beside who entered
    ("lavia", "checked_in", True, None, "checked_in", True, None),  # they may have met without the room
    ("lavia", "checked_in", True, True, "done", True, True),
    ("lavia", "in_progress", True, None, "done", True, None),
    ("home", "cancelled", None, None, "cancelled", None, None),
    ("home", "cancelled", True, None, "cancelled", True, None),
    ("home", "phone", True, None, "phone", True, None),
    ("home", "displaced", None, True, "displaced", None, True),
    ("home", "done", True, True, "done", True, True),
    ("home", "no_show", True, False, "no_show", True, False),
]


def test_what_is_settled_an_hour_after_the_end(database: Database) -> None:
    ids = [
        booked(database, state, place=place, guest_came=guest, host_came=host)
        for place, state, guest, host, *_ in SETTLED
    ]
    before = [stands(database, each) for each in ids]
    end = before[0].end
    database.now(close, end + SETTLED_AFTER - timedelta(seconds=1))
    assert [stands(database, each) for each in ids] == before
    for _ in range(2):
        database.now(close, end + SETTLED_AFTER)
        after = [stands(database, each) for each in ids]
        assert [(each.place, each.state, each.guest_came, each.host_came) for each in after] == [
            (place, *settled) for place, _, _, _, *settled in SETTLED
        ]
        assert {each.sequence for each in after} == {0}


def test_past_times_are_forgotten_after_two_days(database: Database) -> None:
    first = cell_of(START)
    database.now(reserve, "old", [Taken("expert:x", first, 4)])
    database.now(reserve, "new", [Taken("expert:x", first + 4, 4)])
    database.now(forget_past, START + timedelta(days=2, minutes=20))
    owners = select(reservations.c.owner).union(select(reserved_cells.c.owner))
    assert database.read_now(lambda tx: tx.scalars(owners).all()) == ["new"]
