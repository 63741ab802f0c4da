"""Whatever happens to a calendar, in any order: nobody is in two places at once, and nothing that was said is lost.

A machine books, holds, moves, cancels, lets time pass, sends experts away and changes their hours, and knows what it was
told. After each step the tables are read anew, and what must hold is computed from appointments, holds and absences
themselves: the cells that guard them are among what is checked. The controls break a guard, and must be found out.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar

import pytest
from databases import POSTGRESQL, SQLITE, fresh
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Row, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from supplied import ALL_DAY, HOUSE, NOW, SECRET, WEEKDAYS, add_expert, clear, compose, topic, wish

from services.appointments import acts, reserving, taking
from services.appointments.acts import book, cancel, move
from services.appointments.bookable import Room, Site
from services.appointments.holding import Hold, extend, hold, let_go, release_expired
from services.appointments.records import COMING, Appointment
from services.appointments.reserving import Taken
from services.appointments.shifts import Shift, cell_of, cells_in, moment
from services.appointments.slots import decode, encode
from services.appointments.standing_in import end_holds, fall_ill
from services.appointments.tables import absences, appointments, experts, holds, reservations, reserved_cells
from services.clock import local
from services.database import Database
from services.errors import Refusal
from services.ids import new_id
from services.migrations import upgrade
from services.postgres import see_what_was_committed

# A house so small that its rooms run out, and two grids that do not meet.
SMALL = Site(HOUSE.id, rooms=(Room("a"),))
TOPICS = tuple(topic(name, minutes=long, sites={HOUSE.id: SMALL}) for name, long in (("tuki", 30), ("laina", 50)))
STAFF = ("e1", "e2", "e3")
MOST = {"e1": None, "e2": 2, "e3": 3}
CITIZENS = ("karhu", "kettu")
DAYS = [moment(local(NOW).date() + timedelta(days=n), "09:00") for n in (1, 2)]
MORNING = (Shift(WEEKDAYS, "09:00", "11:00"),)

Cell = tuple[str, str, int]

times = st.builds(lambda day, step: day + step * timedelta(minutes=10), st.sampled_from(DAYS), st.integers(0, 17))


class Calendars(RuleBasedStateMachine):
    """What was told: appointments by id with what they should be, and the tokens of holds."""

    database: ClassVar[Database]

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.told: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        self.kept: list[Hold] = []
        self._act(clear)
        for who in STAFF:
            self._act(add_expert, who, topics=[each.id for each in TOPICS], daily_most=MOST[who])

    @rule(
        who=st.sampled_from(STAFF),
        what=st.sampled_from(TOPICS),
        step=st.integers(0, 3),
        day=st.sampled_from(DAYS),
        place=st.sampled_from(("home", HOUSE.id)),
        citizen=st.sampled_from(CITIZENS),
        same=st.booleans(),
        interpreted=st.booleans(),
        held=st.booleans(),
    )
    def book(self, who: str, what: Any, step: int, day: datetime, place: str, citizen: str, same: bool,
             interpreted: bool, held: bool) -> None:  # fmt: skip
        start = day + step * timedelta(minutes=what.minutes + what.buffer)
        token, slot = None, encode(who, what.id, place, start)
        if held and self.kept:
            token, slot = self.kept[-1].token, self.kept[-1].slot
        wished = wish(who, start, what.id, place=place, name=citizen, email=f"{citizen}@example.fi", same_expert=same,
                      interpreter="ru" if interpreted else None, hold=token)  # fmt: skip
        if token:
            address = decode(slot)
            assert address is not None
            wished = replace(wished, slot=slot, topic=address.topic, place=address.place)
        got = self._try(book, wished, TOPICS, self.now, SECRET, compose)
        if got is not None:
            self._told(got)

    @rule(whom=st.lists(st.sampled_from(STAFF), min_size=4, max_size=4), day=st.sampled_from(DAYS))
    def book_at_once(self, whom: list[str], day: datetime) -> None:
        """Four together, of which two are one citizen; on PostgreSQL their transactions overlap."""
        wishes = [
            wish(who, day, place=where, name=name, email=f"{name}@example.fi")
            for who, where, name in zip(whom, ("home", "home", HOUSE.id, HOUSE.id), (*CITIZENS, *CITIZENS), strict=True)
        ]

        async def together() -> list[Any]:
            booking = (self.database.transaction(book, each, TOPICS, self.now, SECRET, compose) for each in wishes)
            return await asyncio.gather(*booking, return_exceptions=True)

        for got in asyncio.run(together()):
            if isinstance(got, Appointment):
                self._told(got)
            elif not isinstance(got, Refusal):
                raise got

    @rule(
        who=st.sampled_from(STAFF),
        what=st.sampled_from(TOPICS),
        step=st.integers(0, 3),
        day=st.sampled_from(DAYS),
        place=st.sampled_from(("home", HOUSE.id)),
        instead=st.booleans(),
    )
    def hold(self, who: str, what: Any, step: int, day: datetime, place: str, instead: bool) -> None:
        start = day + step * timedelta(minutes=what.minutes + what.buffer)
        old = self.kept[-1].token if instead and self.kept else None
        got = self._try(hold, new_id(), encode(who, what.id, place, start), TOPICS, self.now, SECRET, instead_of=old)
        if got is not None:
            self.kept.append(got)

    @precondition(lambda self: self.kept)
    @rule(which=st.integers(0, 9), longer=st.booleans())
    def extend_or_let_go(self, which: int, longer: bool) -> None:
        mine = self.kept[which % len(self.kept)]
        if longer:
            self._try(extend, mine.token, self.now)
        else:
            self._try(let_go, mine.token)

    @rule(minutes=st.sampled_from((1, 4, 6, 90, 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.now = min(self.now + timedelta(minutes=minutes), DAYS[-1] + timedelta(hours=5))
        self._act(release_expired, self.now)

    @precondition(lambda self: self.told)
    @rule(
        which=st.integers(0, 9),
        who=st.sampled_from(STAFF),
        step=st.integers(0, 3),
        day=st.sampled_from(DAYS),
        place=st.sampled_from(("home", HOUSE.id)),
    )
    def move(self, which: int, who: str, step: int, day: datetime, place: str) -> None:
        mine = self._one(which)
        what = next(each for each in TOPICS if each.id == self.told[mine]["topic"])
        slot = encode(who, what.id, place, day + step * timedelta(minutes=what.minutes + what.buffer))
        got = self._try(move, self.tokens[mine], slot, TOPICS, self.now, compose)
        if got is not None:
            self._told(got)

    @precondition(lambda self: self.told)
    @rule(which=st.integers(0, 9))
    def cancel(self, which: int) -> None:
        got = self._try(cancel, self.tokens[self._one(which)], self.now, compose)
        if got is not None:
            self._told(got)

    @rule(who=st.sampled_from(STAFF), start=times, hours=st.sampled_from((0.5, 2, 6, 30)))
    def be_away(self, who: str, start: datetime, hours: float) -> None:
        """Planned: who was booked before stays."""
        self._act(away, who, start, start + timedelta(hours=hours))

    @rule(who=st.sampled_from(STAFF), start=times, hours=st.sampled_from((2, 6, 30)))
    def fall_ill(self, who: str, start: datetime, hours: float) -> None:
        end = start + timedelta(hours=hours)
        got = self._try(fall_ill, who, start, end, TOPICS, self.now, SECRET, compose, "lead")
        for each in [] if got is None else got.handed:
            assert (each.state, each.start) == ("confirmed", self.told[each.id]["start"]) and each.expert != who
            self._told(each)
        for each in [] if got is None else got.returned:
            assert each.state == "displaced"
            self._told(each)
        left = self._look(coming, who)
        assert got is None or not [row for row in left if row.starts < end and row.ends > max(start, self.now)]

    @rule(who=st.sampled_from(STAFF), hours=st.sampled_from((ALL_DAY, MORNING)))
    def change_hours(self, who: str, hours: tuple[Shift, ...]) -> None:
        self._act(change_hours, who, hours)

    @invariant()
    def nobody_is_in_two_places_at_once(self) -> None:
        found = self._look(coming)
        for one, other in combinations(found, 2):
            meet = one.starts < other.ends and other.starts < one.ends
            if meet:
                assert one.expert_id != other.expert_id, "an expert is in two meetings"
                assert one.citizen != other.citizen, "a citizen is in two meetings"
                assert one.room is None or (one.place, one.room) != (other.place, other.room), "a room has two"
        days = Counter((row.expert_id, local(row.starts).date()) for row in found)
        assert all(count <= (MOST[who] or count) for (who, _), count in days.items()), "more than the daily most"
        assert all((row.room is None) == (row.place == "home") for row in found), "a booking at a place has its room"

    @invariant()
    def what_was_told_is_there(self) -> None:
        there = {row.id: row for row in self._look(lambda tx: tx.execute(select(appointments)).all())}
        assert there.keys() == self.told.keys()
        for each, told in self.told.items():
            row = there[each]
            assert told == {"state": row.state, "start": row.starts, "expert": row.expert_id, "place": row.place,
                            "topic": row.topic, "sequence": row.sequence}  # fmt: skip

    @invariant()
    def cells_are_what_appointments_and_holds_need(self) -> None:
        wanted, guarded, noted = self._look(cells_of_all)
        assert guarded == wanted, "reserved cells are not what is needed"
        assert noted == wanted, "reservations are not what is needed"

    def _try(self, act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        try:
            return self._act(act, *given, **more)
        except Refusal:
            return None

    def _act(self, act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return asyncio.run(self.database.transaction(act, *given, **more))

    def _look(self, look: Callable[..., Any], *given: Any) -> Any:
        return asyncio.run(self.database.read(look, *given))

    def _one(self, which: int) -> str:
        return list(self.told)[which % len(self.told)]

    def _told(self, got: Any) -> None:
        if isinstance(got, Appointment):
            self.tokens[got.id] = got.token
        fields = ("state", "start", "expert", "place", "topic", "sequence")
        self.told[got.id] = {name: getattr(got, name) for name in fields}


def coming(tx: Connection, who: str | None = None) -> list[Row[Any]]:
    of = appointments.c
    return list(tx.execute(select(appointments).where(of.state.in_(COMING), of.expert_id == (who or of.expert_id))))


def cells_of_all(tx: Connection) -> tuple[Counter[Cell], Counter[Cell], Counter[Cell]]:
    """What appointments and holds need, what is guarded, and what is noted: how often each (owner, resource, cell)."""
    wanted: Counter[Cell] = Counter()
    for row in coming(tx):
        what = next(each for each in TOPICS if each.id == row.topic)
        length = what.length(interpreted=row.interpreter is not None)
        wanted.update(needed(row.id, row.expert_id, row.starts, length + what.buffer, row.place, row.room))
        wanted.update(run(row.id, reserving.citizen(row.citizen), row.starts, length))
    for row in tx.execute(select(holds)):
        address = decode(row.slot)
        assert address is not None
        what = next(each for each in TOPICS if each.id == address.topic)
        wanted.update(
            needed(row.id, address.expert, address.start, what.minutes + what.buffer, address.place, row.room)
        )
    guarded = Counter(
        (row.owner, row.resource.partition("#")[0], row.cell) for row in tx.execute(select(reserved_cells))
    )
    of = reservations.c
    noted = Counter(
        (row.owner, row.resource.partition("#")[0], cell)
        for row in tx.execute(select(reservations).where(of.owner.not_in(select(absences.c.id))))
        for cell in range(row.first_cell, row.first_cell + row.cells)
    )
    return wanted, guarded, noted


def needed(owner: str, who: str, start: datetime, minutes: int, place: str, room: str | None) -> list[Cell]:
    found = run(owner, reserving.expert(who), start, minutes)
    if MOST[who] is not None:
        found.append((owner, f"seat:{who}", cell_of(moment(local(start).date(), "00:00"))))
    if room is not None:
        found += run(owner, f"room:{place}/{room}", start, minutes)
    return found


def run(owner: str, resource: str, start: datetime, minutes: int) -> list[Cell]:
    return [(owner, resource, cell_of(start) + n) for n in range(cells_in(minutes))]


def away(tx: Connection, who: str, start: datetime, end: datetime) -> None:
    """An absence, as an expert's own calendar page writes one."""
    bump(tx, who)
    absence = new_id()
    tx.execute(insert(absences).values(id=absence, expert_id=who, starts=start, ends=end, source="away"))
    gone = Taken(reserving.expert(who), cell_of(start), cells_in((end - start) // timedelta(minutes=1)))
    end_holds(tx, gone)
    reserving.note(tx, absence, [gone])


def change_hours(tx: Connection, who: str, hours: tuple[Shift, ...]) -> None:
    bump(tx, who)
    tx.execute(update(experts).where(experts.c.id == who).values(hours=[asdict(shift) for shift in hours]))


def bump(tx: Connection, who: str) -> None:
    see_what_was_committed(tx)
    tx.execute(update(experts).where(experts.c.id == who).values(version=experts.c.version + 1))


@pytest.fixture(scope="module", params=[SQLITE, POSTGRESQL])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(fresh(tmp_path_factory.mktemp("calendars"), upgrade, request.param))
    yield opened
    opened.close()


def live(database: Database, examples: int, steps: int, *, random: bool = False) -> None:
    """Let the machine live `examples` lives; the same ones each time unless `random`."""
    machine = type("OfThisDatabase", (Calendars,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not random,
            database=None,
            phases=[Phase.generate, Phase.shrink] if random else [Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_lives_of_a_calendar(database: Database) -> None:
    live(database, 6, 30)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_many_lives_of_a_calendar(database: Database) -> None:
    live(database, 80 if database.is_shared else 300, 60, random=True)


# The controls: what holds must break when its reason is taken away. One on a file is enough, and fast.


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Database]:
    opened = Database(fresh(tmp_path, upgrade, SQLITE))
    yield opened
    opened.close()


def test_without_the_primary_key_somebody_is_in_two_places(broken: Database) -> None:
    broken.now(lambda tx: tx.execute(text("ALTER TABLE reserved_cells RENAME TO guarded")))
    broken.now(lambda tx: tx.execute(text("CREATE TABLE reserved_cells AS SELECT * FROM guarded")))
    with pytest.raises(AssertionError, match="is in two meetings"):
        live(broken, 200, 20)


def test_time_that_is_not_given_back_is_found(broken: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "release", lambda _tx, _owner: None)
    with pytest.raises((AssertionError, IntegrityError), match=r"reserved cells are not what is needed|UNIQUE"):
        live(broken, 200, 20)


def test_a_day_without_its_seats_is_too_full(broken: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "_seat", lambda *_: [])
    with pytest.raises(AssertionError, match=r"more than the daily most|reserved cells"):
        live(broken, 200, 20)
