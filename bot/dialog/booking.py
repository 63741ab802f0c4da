"""The order of a booking. Pure: a draft and what was said about its next step → the draft further on.

topic → place → language → needs → day → time → name → contact → check. A step that is known already, or has only one
answer, is not asked. Going back and changing a line clear that step and what hangs on it; the rest stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.dialog.booking_needs import offered
from bot.dialog.talk import Draft
from services.appointments.bookable import Bookable
from services.appointments.slots import Slot
from services.appointments.wish import Wish, checked_needs, citizen_of
from services.ids import new_id

Step = Literal["topic", "place", "language", "needs", "day", "time", "name", "contact", "check"]
STEPS: tuple[Step, ...] = ("topic", "place", "language", "needs", "day", "time", "name", "contact", "check")
TIMED: tuple[Step, ...] = ("name", "contact", "check")
"""The steps at which a time was chosen, and is kept for the citizen."""

_FIELDS: dict[Step, tuple[str, ...]] = {
    "topic": ("topic", "day", "slot"),
    "place": ("place", "day", "slot"),
    "language": ("language", "day", "slot"),
    "needs": ("needs_told",),  # what was told is shown again, and the time stays where it is long enough
    "day": ("day", "slot"),
    "time": ("slot",),
    "name": ("name",),
    "contact": ("email", "phone"),
    "check": (),
}


def next_step(draft: Draft) -> Step:
    """The first step that is open."""
    open_steps: tuple[tuple[Step, bool], ...] = (
        ("topic", draft.topic is None),
        ("place", draft.place is None),
        ("language", draft.language is None),
        ("needs", draft.which or not draft.needs_told),
        ("day", draft.slot is None and draft.day is None),
        ("time", draft.slot is None),
        ("name", draft.name is None),
        ("contact", draft.email is None and draft.phone is None),
    )
    return next((step for step, is_open in open_steps if is_open), "check")


def clear(draft: Draft, step: Step) -> None:
    """Open `step` again, with what hangs on it: another place has other times."""
    unsaid = Draft()
    for name in _FIELDS[step]:
        setattr(draft, name, getattr(unsaid, name))
    draft.page, draft.alternatives = 0, []


def settle(draft: Draft, topics: Sequence[Bookable]) -> None:
    """Drop what the chosen topic does not have, and fill in what it has only one of."""
    if draft.topic is None:
        return
    topic = next((each for each in topics if each.id == draft.topic), None)
    if topic is None:
        clear(draft, "topic")
        return
    if draft.place is not None and draft.place not in topic.places:
        clear(draft, "place")
    if draft.language is not None and draft.language not in topic.languages:
        clear(draft, "language")
    if len(topic.places) == 1:
        draft.place = topic.places[0]
    if len(topic.languages) == 1:
        draft.language = topic.languages[0]
    draft.needs = [need for need in draft.needs if need in offered(draft.place)]


def as_wish(draft: Draft, slot: Slot, language: str, session: str, hold: str | None) -> Wish:
    """What a complete draft asks for; `language` is the talk's, `session` ties the talk's events together.

    `hold`: the token of the hold on the slot, where there is one.
    """
    return Wish(
        id=new_id(),
        slot=slot.id,
        topic=slot.topic,
        place=slot.place,
        language=draft.language or language,
        name=draft.name or "",
        email=draft.email,
        phone=draft.phone,
        interpreter=draft.interpreter,
        needs=checked_needs(draft.needs),
        hold=hold,
        citizen=citizen_of(draft.name or "", draft.email, draft.phone),
        session=session,
    )


def asked(draft: Draft, step: Step) -> None:
    """Note that `step` is being asked; what was asked after it is forgotten."""
    if step in draft.asked:
        del draft.asked[draft.asked.index(step) :]
    draft.asked.append(step)


def back(draft: Draft) -> bool:
    """Return to the question before this one; False where there is none."""
    if len(draft.asked) < 2:
        return False
    draft.asked.pop()
    previous = next(step for step in STEPS if step == draft.asked[-1])
    clear(draft, previous)
    return True
