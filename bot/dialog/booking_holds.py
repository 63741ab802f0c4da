"""The chosen time is kept for the citizen while they tell the rest: five minutes, and longer if they ask (WCAG 2.2.1).

A turn collects acts; what a hold's act refuses has the turn decided again. The draft knows until when, so that the
reply can be written before the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.appointments.offer import bookables
from bot.dialog.scene import Scene
from bot.dialog.talk import Draft, Held
from services.appointments.calendar import Calendar
from services.appointments.calendars import load_calendar
from services.appointments.holding import HELD, LONGEST, extend, hold, hold_token, let_go
from services.appointments.reserving import taken
from services.appointments.shifts import cells_in
from services.appointments.slots import Slot
from services.errors import Gone, Invalid, NotFound, SlotTaken
from services.ids import new_id

_DAY_AND_MORE = cells_in(25 * 60)  # the longest of days


async def calendar(scene: Scene, draft: Draft) -> Calendar:
    """The calendar of this moment; what is held for this draft is free in it."""
    held = Held.from_json(draft.held)

    def calendar_for(tx: Any) -> Calendar:
        found = load_calendar(tx, bookables(scene.around.known.base), scene.turn.now)
        if not held.id:
            return found
        cells = found.days * _DAY_AND_MORE
        return replace(found, taken=taken(tx, list(found.taken), found.midnight, cells, but=held.id))

    return await scene.around.database.read(calendar_for)


def is_kept(scene: Scene, draft: Draft, slot: Slot) -> bool:
    """Whether this slot is held, as long as it has to be. After a refusal nothing is certain."""
    held = Held.from_json(draft.held)
    same = (held.slot, held.interpreted) == (slot.id, draft.interpreter is not None)
    return same and scene.refused is None and datetime.fromisoformat(held.until) > scene.turn.now


def keep(scene: Scene, draft: Draft, slot: Slot) -> datetime:
    """Have `slot` held, in place of what was held before; until when."""
    around, now = scene.around, scene.turn.now
    held = Held(new_id(), slot.id, draft.interpreter is not None, now.isoformat(), (now + HELD).isoformat())
    before, topics = token(scene, draft), bookables(around.known.base)

    def act(tx: Any) -> None:
        hold(tx, held.id, held.slot, topics, now, around.secret, interpreted=held.interpreted, instead_of=before)

    scene.act(_or_again(act))
    draft.held = held.as_json()
    return now + HELD


def keep_longer(scene: Scene, draft: Draft) -> datetime:
    """Hold the time for five minutes from now on, as long as a time can be held at all; until when."""
    held, now, its = Held.from_json(draft.held), scene.turn.now, token(scene, draft)
    longest = datetime.fromisoformat(held.since) + LONGEST
    until = max(datetime.fromisoformat(held.until), min(now + HELD, longest))

    def act(tx: Any) -> None:
        extend(tx, its or "", now)

    scene.act(_or_again(act))
    held.until = until.isoformat()
    draft.held = held.as_json()
    return until


def give_back(scene: Scene, draft: Draft) -> None:
    """Let go what is held, if anything is."""
    its = token(scene, draft)
    if its is not None:
        scene.act(lambda tx: let_go(tx, its))
        draft.held = {}


def token(scene: Scene, draft: Draft) -> str | None:
    """The capability over the draft's hold."""
    held = Held.from_json(draft.held)
    return hold_token(scene.around.secret, held.id) if held.id else None


def until(draft: Draft) -> datetime | None:
    """Until when the chosen time is or was held; None while another is being chosen."""
    held = Held.from_json(draft.held)
    return datetime.fromisoformat(held.until) if draft.slot and held.slot == draft.slot else None


def _or_again(act: Callable[[Any], None]) -> Callable[[Any], None]:
    """What changed between the decision and the commit has the turn decided again."""

    def guarded(tx: Any) -> None:
        try:
            act(tx)
        except (Gone, Invalid, NotFound):
            raise SlotTaken from None

    return guarded
