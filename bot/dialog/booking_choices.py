"""What can be chosen at a step of a booking, as a citizen reads it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot.appointments.offer import places
from bot.dialog.booking import Step
from bot.dialog.booking_needs import SIGN, WHICH, offered
from bot.dialog.talk import Draft
from bot.locale import NAMES, say
from bot.locale.dates import clock, short_day
from bot.locale.tongues import named
from knowledge.model import KnowledgeBase, Topic
from services.appointments.calendar import Calendar
from services.appointments.slots import Slot
from services.clock import local

# How people also name the places and languages, folded and in all three languages: they answer as they speak.
_ALSO = {
    "home": "kotona kotoa kotiin koti etana etayhteydella oma omalta puhelimella hemma hemifran home online own",
    "yrjonkatu-6": "yrjonkadulla yrjonkatu porinassa porinaan palvelupisteessa paikan",
    "reposaari": "reposaaressa reposaareen rafso",
    "lavia": "laviassa lavialla laviaan",
    "ahlainen": "ahlaisissa ahlaisiin ahlaisten vittisbofjard",
    "fi": "suomi suomeksi suomea finska finnish",
    "sv": "ruotsi ruotsiksi ruotsia svenska swedish",
    "en": "englanti englanniksi englantia engelska english",
}


NOTHING, NO_MORE, CLEARED = "nothing", "no_more", "cleared"


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` goes into the draft, `label` on the button; `also`: other words for it. `at`: the moment of a time."""

    value: str
    label: str
    also: str = ""
    at: datetime | None = None


def choices(step: Step, draft: Draft, base: KnowledgeBase, calendar: Calendar, language: str) -> list[Choice]:
    """All that can be chosen at `step`; none at the steps that are answered in free words."""
    topic = next((topic for topic in base.topics if topic.id == draft.topic), None)
    if step == "topic":
        return [Choice(each.id, each.name.in_(language)) for each in base.topics]
    if step == "place" and topic:
        return place_choices(topic, base, language)
    if step == "language" and topic:
        return [Choice(each, _language(each), _ALSO.get(each, "")) for each in topic.languages]
    if step == "needs":
        return which_choices(language) if draft.which else need_choices(draft, language)
    if step == "day":
        return _days(free(draft, calendar), language)
    if step == "time":
        return [time_choice(slot, language) for slot in free(draft, calendar) if _day(slot) == draft.day]
    return []


def place_choices(topic: Topic, base: KnowledgeBase, language: str) -> list[Choice]:
    """The places from which an appointment about `topic` can be joined."""
    named = places(base)
    return [Choice(each, named[each].name.in_(language), _ALSO.get(each, "")) for each in topic.places]


def need_choices(draft: Draft, language: str) -> list[Choice]:
    """What can still be needed, after the way on; and the way to take all back, where something was chosen."""
    chosen = bool(draft.needs or draft.interpreter)
    kinds = [] if draft.interpreter else ["interpreter", SIGN]
    left = [*kinds, *(need for need in offered(draft.place) if need not in draft.needs)]
    ways = [NO_MORE if chosen else NOTHING, *left, *([CLEARED] if chosen else [])]
    return [Choice(each, say(language, f"booking.need_{each}")) for each in ways]


def which_choices(language: str) -> list[Choice]:
    """The languages that an interpreter is asked for most."""
    return [Choice(code, named(code, language).capitalize()) for code in WHICH]


def free(draft: Draft, calendar: Calendar, start: datetime | None = None, end: datetime | None = None) -> list[Slot]:
    """The free slots of the draft's topic, place and language, one for each time, in order."""
    interpreted = draft.interpreter is not None
    return calendar.times(draft.topic or "", draft.place, draft.language, start, end, interpreted=interpreted)


def time_choice(slot: Slot, language: str) -> Choice:
    """`9.00`"""
    return Choice(slot.id, clock(slot.start, language), at=local(slot.start))


def moment_choice(slot: Slot, language: str) -> Choice:
    """`ma 30.11. klo 9.00`"""
    label = say(language, "booking.moment", day=short_day(slot.start, language), time=clock(slot.start, language))
    return Choice(slot.id, label, at=local(slot.start))


def _days(slots: list[Slot], language: str) -> list[Choice]:
    firsts = {_day(slot): slot.start for slot in reversed(slots)}
    return [
        Choice(
            day,
            say(
                language,
                "booking.day_one" if count == 1 else "booking.day_many",
                day=short_day(firsts[day], language),
                count=count,
            ),
            at=local(firsts[day]),
        )
        for day, count in Counter(map(_day, slots)).items()
    ]


def _day(slot: Slot) -> str:
    return local(slot.start).date().isoformat()


def _language(tag: str) -> str:
    return next((name for known, name in NAMES.items() if known == tag), tag)
