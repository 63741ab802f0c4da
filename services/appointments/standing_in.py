"""When an expert cannot come: appointments go to a colleague at the same time, or back to their citizen.

For the citizen of an appointment that is handed over nothing changes but the title of whom they meet: time, place, room
and calendar entry stay, so nobody is written to. Whom nobody can stand in for keeps the appointment, without a time, as
`displaced`: they are told with up to three new times, and stay on the desk's list until they have chosen one.

Acts here take the rows of the experts of the unit first and look then, so that neither a booking nor a changed calendar
slips in between (`services/postgres.py`). They need not run one after the other: who books holds those rows as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.appointments import reserving
from services.appointments.acts import change
from services.appointments.bookable import Bookable, Expert
from services.appointments.calendar import Calendar
from services.appointments.calendars import alternatives, load_calendar
from services.appointments.records import Appointment, Booked, State, by_id, find, of_expert, token_of
from services.appointments.reminding import REMIND
from services.appointments.reserving import Taken, release, reserve
from services.appointments.shifts import CELL, DAY, cell_of, moment, open_cells, span
from services.appointments.slots import Slot, encode
from services.appointments.tables import absences, appointments, experts, holds, reservations, reserved_cells
from services.appointments.telling import Compose, record_event, tell
from services.audit.acts import note
from services.clock import local
from services.errors import Invalid, NotFound
from services.ids import new_id
from services.jobs.acts import enqueue
from services.jobs.tables import is_open, jobs
from services.postgres import see_what_was_committed

ILL = "ill"
NOT_BEGUN: tuple[State, ...] = ("confirmed", "checked_in")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of appointments, as they stand now: with whom they are, and which wait for another time."""

    handed: list[Booked]
    returned: list[Booked]


def fall_ill(
    tx: Connection,
    expert: str,
    start: datetime,
    end: datetime,
    topics: Sequence[Bookable],
    now: datetime,
    secret: str,
    compose: Compose,
    by: str,
) -> Outcome:
    """Write that the expert is away in [start, end), and find somebody or another time for whom they would have met.

    What has begun or is over stays as it is. Raises NotFound, Invalid (`end`: not after the start, or past).
    """
    if end <= max(start, now):
        raise Invalid("end", "order")
    see_what_was_committed(tx)
    if not tx.execute(update(experts).where(experts.c.id == expert).values(version=experts.c.version + 1)).rowcount:
        raise NotFound("expert")
    absence = new_id()
    tx.execute(insert(absences).values(id=absence, expert_id=expert, starts=start, ends=end, source=ILL))
    first, last = cell_of(start), cell_of(end - timedelta(microseconds=1))
    away = Taken(reserving.expert(expert), first, last - first + 1)
    end_holds(tx, away)
    reserving.note(tx, absence, [away])
    outcome = replace(tx, of_expert(tx, expert, max(start, now), end), topics, now, secret, compose, by)
    note(tx, by, "expert.ill", expert, now, handed=len(outcome.handed), returned=len(outcome.returned))
    return outcome


def end_holds(tx: Connection, away: Taken) -> None:
    """End the holds that keep some of `away`: whoever has one would book what is not offered any more."""
    of = reservations.c
    touching = (
        of.resource == away.resource,
        of.first_cell < away.first + away.cells,
        of.first_cell + of.cells > away.first,
    )
    for each in tx.scalars(select(of.owner).where(*touching, of.owner.in_(select(holds.c.id)))).all():
        tx.execute(delete(holds).where(holds.c.id == each))
        release(tx, each)


def replace(
    tx: Connection,
    displaced: Sequence[Booked],
    topics: Sequence[Bookable],
    now: datetime,
    secret: str,
    compose: Compose,
    by: str,
) -> Outcome:
    """Give each of `displaced` to the colleague with the least to do who is free then, or its time back.

    Appointments that have begun, are over, or were changed by somebody else meanwhile are passed over. The caller's act
    began with `see_what_was_committed` and a write to the expert's row, which keeps new ones from coming.
    """
    theirs = _hold_unit(tx, {each.expert for each in displaced})
    outcome = Outcome([], [])
    for known in _as_they_stand(tx, displaced, now):
        colleague = None if known.same_expert else _hand(tx, known, theirs[known.expert], topics, now)
        if colleague is None:
            outcome.returned.append(_give_back(tx, known, topics, now, secret, compose))
            note(tx, by, "appointment.displaced", known.id, now)
        else:
            outcome.handed.append(_handed(tx, known, colleague, now))
            note(tx, by, "appointment.handed", known.id, now, to=colleague)
    return outcome


def _hold_unit(tx: Connection, absent: set[str]) -> dict[str, set[str]]:
    """The colleagues in the unit of each, whose hours and absences stay as they are until this transaction ends."""
    units = select(experts.c.unit).where(experts.c.id.in_(absent))
    who = select(experts.c.id, experts.c.unit).where(experts.c.unit.in_(units)).order_by(experts.c.id)
    rows = tx.execute(who.with_for_update(read=True)).all()
    unit_of = {row.id: row.unit for row in rows}
    return {one: {row.id for row in rows if row.unit == unit_of[one]} - absent for one in absent}


def _as_they_stand(tx: Connection, displaced: Sequence[Booked], now: datetime) -> Iterator[Booked]:
    """Those that are still to be held as they were handed in, by start. Nobody changes them until this act ends."""
    ids = [each.id for each in displaced]
    still = appointments.c.state.in_(NOT_BEGUN), appointments.c.ends > now
    held = select(appointments.c.id).where(appointments.c.id.in_(ids), *still).order_by(appointments.c.id)
    found = set(tx.scalars(held.with_for_update()))
    for known in sorted(displaced, key=lambda each: (each.start, each.id)):
        if known.id in found:
            fresh = by_id(tx, known.id)
            if (fresh.expert, fresh.start) == (known.expert, known.start):
                yield fresh


def _hand(tx: Connection, known: Booked, colleagues: set[str], topics: Sequence[Bookable], now: datetime) -> str | None:
    """Take the time of a colleague instead of the expert's; who it is, None where nobody can."""
    topic = next((each for each in topics if each.id == known.topic), None)
    if topic is None:
        return None
    day = moment(local(known.start).date(), "00:00")
    calendar = load_calendar(tx, [changed(topic, horizon=known.end - day + DAY)], day, known.start, known.start)
    mine = reservations.c.owner == known.id, reservations.c.resource == reserving.expert(known.expert)
    cells = tx.scalar(select(reservations.c.cells).where(*mine)) or (known.end - known.start) // CELL
    for who in sorted(calendar.experts, key=lambda each: _load(calendar, each)):
        wanted = _wanted(calendar, who, known, cells) if who.id in colleagues else None
        if wanted and _swap(tx, known, wanted):
            return who.id
    return None


def _load(calendar: Calendar, who: Expert) -> tuple[int, str]:
    return calendar.taken.get(reserving.expert(who.id), 0).bit_count(), who.id


def _wanted(calendar: Calendar, who: Expert, known: Booked, cells: int) -> list[Taken] | None:
    """What the colleague must give: their time and a place in their day; None where they have not both.

    They need not begin at that minute otherwise: what counts is that they work, and nothing else is then.
    """
    first, base = cell_of(known.start), calendar.midnight
    meeting, whole = span(first - base, (known.end - known.start) // CELL), span(first - base, cells)
    if known.topic not in who.topics or calendar.taken.get(reserving.expert(who.id), 0) & whole:
        return None
    if not any(meeting & ~cells_of == 0 for cells_of in _working(calendar, who, known, meeting)):
        return None
    time = Taken(reserving.expert(who.id), first, cells)
    if who.daily_most is None:
        return [time]
    seats = [reserving.seat(who.id, number) for number in range(1, who.daily_most + 1)]
    free = next((seat for seat in seats if not calendar.taken.get(seat, 0) & 1), None)
    return None if free is None else [time, Taken(free, base, 1)]


def _working(calendar: Calendar, who: Expert, known: Booked, meeting: int) -> Iterator[int]:
    """The cells of the colleague's hours for that place and language; during a clinic other hours do not count."""
    clinics = tuple(shift for shift in who.hours if shift.is_clinic)
    in_clinic = open_cells(clinics, calendar.first, calendar.days) & meeting
    for shift in who.hours:
        suits = known.place in (shift.places or who.places) and known.language in (shift.languages or who.languages)
        if suits and (shift.is_clinic or not in_clinic):
            yield open_cells((shift,), calendar.first, calendar.days)


def _swap(tx: Connection, known: Booked, wanted: Sequence[Taken]) -> bool:
    """Give back the expert's time and place in the day, and take `wanted`; room and citizen stay. False: taken."""
    try:
        with tx.begin_nested():
            for table in (reserved_cells, reservations):
                of_theirs = table.c.resource.startswith("expert:") | table.c.resource.startswith("seat:")
                tx.execute(delete(table).where(table.c.owner == known.id, of_theirs))
            reserve(tx, known.id, wanted)
    except IntegrityError:
        return False
    return True


def _handed(tx: Connection, known: Booked, colleague: str, now: datetime) -> Booked:
    change(tx, known, now, expert_id=colleague)
    after = by_id(tx, known.id)
    _remind_still(tx, known, after, now)
    record_event(tx, after, "handed", now)
    return after


def _remind_still(tx: Connection, before: Booked, after: Booked, now: datetime) -> None:
    """Want the reminders that have not gone out: those of the last sequence number are void."""
    waiting = jobs.c.kind == REMIND, jobs.c.subject == before.id, is_open
    for row in tx.execute(select(jobs.c.body, jobs.c.due_at).where(*waiting)).all():
        if row.body["sequence"] == before.sequence:
            key = f"remind:{after.id}:{after.sequence}:{row.body['which']}"
            body = {**row.body, "sequence": after.sequence}
            enqueue(tx, REMIND, now, subject=after.id, body=body, due_at=row.due_at, key=key)


def _give_back(
    tx: Connection, known: Booked, topics: Sequence[Bookable], now: datetime, secret: str, compose: Compose
) -> Appointment:
    release(tx, known.id)
    change(tx, known, now, state="displaced", room=None)
    after = find(tx, token_of(secret, known.id))
    return tell(tx, after, "displaced", now, compose, offers=_offers(tx, after, topics, now))


def _offers(tx: Connection, known: Booked, topics: Sequence[Bookable], now: datetime) -> tuple[Slot, ...]:
    """Up to three free times nearest to the one that was; none where the topic is not booked any more."""
    if all(topic.id != known.topic for topic in topics):
        return ()
    slot_id = encode(known.expert, known.topic, known.place, known.start)
    slot = Slot(slot_id, known.expert, known.topic, known.place, known.start, known.end, (known.language,))
    only = known.expert if known.same_expert else None
    interpreted = known.interpreter is not None
    return alternatives(tx, slot, topics, known.language, now, interpreted=interpreted, expert=only)
