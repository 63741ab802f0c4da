"""Changing what an expert offers. Nothing that concerns an appointment is saved before it was seen.

Every act writes the expert's row first, which who books holds meanwhile, and looks at the appointments after that: one
that is booked at the same moment is either seen here or finds the change (`existing_slot()` in `calendars.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from services.accounts.rules import Actor
from services.appointments import reserving, standing_in
from services.appointments.bookable import Bookable
from services.appointments.records import COMING, Booked, of_expert
from services.appointments.reserving import Taken
from services.appointments.shifts import CELL, EPOCH, cell_of
from services.appointments.supply import Keeper, Source, Supply, absences_of, keeper, written
from services.appointments.supply_rules import LONGEST_ABSENCE, Effect, check, check_absence, effects
from services.appointments.tables import absences, experts
from services.appointments.telling import Compose
from services.audit.acts import note
from services.clock import local
from services.errors import Conflict, Invalid, NotFound
from services.ids import new_id
from services.postgres import see_what_was_committed

SUPPLY, AWAY, BACK = "calendar.supply", "calendar.away", "calendar.back"
_BY_HAND: frozenset[Source] = frozenset({"away", "ill"})
_FAR = 2 * LONGEST_ABSENCE


class Unseen(Conflict):
    """The change leaves appointments outside that were not shown; `effects` are all that it does."""

    def __init__(self, found: Sequence[Effect]) -> None:
        super().__init__("appointments would be left outside")
        self.effects = tuple(found)


class ChangedMeanwhile(Conflict):
    """Somebody else saved this calendar since it was read."""


@dataclass(frozen=True, slots=True)
class Change:
    """By whom, when, and what they saw: the ids of appointments. `handing`: these are to be given to colleagues, or
    back to the citizen; None: they stay as they are.
    """

    actor: Actor
    now: datetime
    seen: Collection[str] = ()
    handing: Handing | None = None


@dataclass(frozen=True, slots=True)
class Handing:
    """What is needed to give appointments away: what can be booked, and how the citizens are told."""

    topics: Sequence[Bookable]
    secret: str
    compose: Compose


def save(
    tx: Connection, key: str, wanted: Supply, unit: str, was: str, topics: Sequence[Bookable], change: Change
) -> standing_in.Outcome | None:
    """Let the expert of `key` offer `wanted`; `was`: the mark of the supply that the editor began with.

    Returns what became of the appointments that were given away, if they were. Raises Invalid (as `check()` does, and
    field `unit`), Unseen, ChangedMeanwhile, NotFound, Forbidden.
    """
    whose = _hold(tx, key, change)
    if whose.supply.mark != was:
        raise ChangedMeanwhile(key)
    if unit not in whose.account.units:
        raise Invalid("unit", "required")
    check(wanted, whose.account.units, topics, local(change.now).date())
    found = effects(_coming(tx, whose, change.now), whose.supply, wanted)
    if whose.expert is None:
        _begin(tx, whose, unit, wanted)
    else:
        _write(tx, whose.expert, unit, wanted)
    note(tx, change.actor.account, SUPPLY, whose.account.id, change.now, outside=len(found))
    return _settle(tx, found, change)


def add_absence(tx: Connection, key: str, start: datetime, end: datetime, change: Change) -> standing_in.Outcome | None:
    """Let the expert not be there in [start, end). Raises as `save()` does; Invalid: field `starts`, `ends`."""
    whose = _hold(tx, key, change)
    check_absence(start, end, change.now)
    if whose.expert is None:
        raise NotFound("calendar")
    coming = _coming(tx, whose, change.now)
    found = [Effect(each, "absence") for each in coming if each.start < end and each.end > start]
    absence = new_id()
    tx.execute(insert(absences).values(id=absence, expert_id=whose.expert, starts=start, ends=end, source="away"))
    first = cell_of(start)
    away = Taken(reserving.expert(whose.expert), first, -((EPOCH - end) // CELL) - first)
    standing_in.end_holds(tx, away)
    reserving.note(tx, absence, [away])
    times = {"starts": start.isoformat(), "ends": end.isoformat()}
    note(tx, change.actor.account, AWAY, whose.account.id, change.now, outside=len(found), **times)
    return _settle(tx, found, change)


def remove_absence(tx: Connection, key: str, absence: str, change: Change) -> None:
    """The expert is there after all; one that is gone already changes nothing. Raises NotFound for a feed's."""
    whose = _hold(tx, key, change)
    mine = absences.c.id == absence, absences.c.expert_id == whose.expert
    if tx.execute(delete(absences).where(*mine, absences.c.source.in_(_BY_HAND))).rowcount == 1:
        reserving.release(tx, absence)
        note(tx, change.actor.account, BACK, whose.account.id, change.now)
    elif any(each.id == absence for each in absences_of(tx, whose.expert or "", change.now)):
        raise NotFound("absence")


def fell_ill(tx: Connection, key: str, start: datetime, end: datetime, change: Change) -> standing_in.Outcome:
    """The expert is ill in [start, end): every appointment goes to a colleague or back to its citizen, at once.

    Raises Invalid (`starts`, `ends`), NotFound, Forbidden.
    """
    see_what_was_committed(tx)
    whose = keeper(tx, change.actor, key)
    check_absence(start, end, change.now)
    if whose.expert is None or change.handing is None:
        raise NotFound("calendar")
    with_, by = change.handing, change.actor.account
    return standing_in.fall_ill(tx, whose.expert, start, end, with_.topics, change.now, with_.secret, with_.compose, by)


def _hold(tx: Connection, key: str, change: Change) -> Keeper:
    """The calendar, while nobody can book from it. What is read before the write is only whose it is."""
    see_what_was_committed(tx)
    whose = keeper(tx, change.actor, key)
    if whose.expert is None:
        return whose
    _bump(tx, whose.expert)
    return keeper(tx, change.actor, key)


def _bump(tx: Connection, expert: str) -> None:
    tx.execute(update(experts).where(experts.c.id == expert).values(version=experts.c.version + 1))


def _coming(tx: Connection, whose: Keeper, now: datetime) -> list[Booked]:
    """The appointments that are still to be held or are being held."""
    if whose.expert is None:
        return []
    booked = of_expert(tx, whose.expert, now, now + _FAR)
    return [each for each in booked if each.state in COMING]


def _begin(tx: Connection, whose: Keeper, unit: str, wanted: Supply) -> None:
    """The first supply of an account. Of two at once the second is refused by the key, and runs again."""
    tx.execute(
        insert(experts).values(
            id=new_id(),
            account_id=whose.account.id,
            title={},
            demo=False,
            version=1,
            **_values(unit, wanted),
        )
    )


def _write(tx: Connection, expert: str, unit: str, wanted: Supply) -> None:
    tx.execute(update(experts).where(experts.c.id == expert).values(**_values(unit, wanted)))
    reserving.number_seats(tx, expert)


def _values(unit: str, wanted: Supply) -> dict[str, Any]:
    return {
        "unit": unit,
        "topics": list(wanted.topics),
        "languages": list(wanted.languages),
        "places": list(wanted.places),
        "hours": written(wanted.hours),
        "daily_most": wanted.daily_most,
    }


def _settle(tx: Connection, found: Sequence[Effect], change: Change) -> standing_in.Outcome | None:
    """Refuse what was not seen; give away what is left outside, where that is wished."""
    if {each.appointment.id for each in found} - set(change.seen):
        raise Unseen(found)
    with_ = change.handing
    if not found or with_ is None:
        return None
    left = [each.appointment for each in found]
    by = change.actor.account
    return standing_in.replace(tx, left, with_.topics, change.now, with_.secret, with_.compose, by)
