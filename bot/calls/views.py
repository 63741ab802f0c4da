"""What the pages of a call show: what can be asked for, the call as it stands, and the form for a time instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from aiohttp import web

from bot.appointments.mails import join_url, manage_url
from bot.appointments.offer import places
from bot.calls.telling import in_words, who
from bot.locale import say
from bot.locale.tongues import named
from bot.parts import PARTS
from bot.staff.pages import Wrong, staff_language, staff_page
from knowledge.model import KnowledgeBase, Language
from services.appointments.records import Appointment
from services.appointments.slots import Slot
from services.appointments.wish import NEEDS
from services.calls.presence import Present
from services.calls.records import MISSED, Call

BRING = "/desk/bring"
HOME = "home"


@dataclass(frozen=True, slots=True)
class Group:
    """A unit with its topics, as (id, name), and how many of its experts can be called now."""

    unit: str
    present: int
    topics: tuple[tuple[str, str], ...]


def bring_page(
    request: web.Request,
    there: Mapping[str, Sequence[Present]],
    chosen: Mapping[str, str],
    wrong: Sequence[Wrong] = (),
) -> web.Response:
    """What to ask for; `chosen` is what was asked for before."""
    base, language = request.app[PARTS].known.base, staff_language(request)
    groups = _groups(base, language, there)
    return staff_page(
        request,
        "calls/bring.html",
        status=422 if wrong else 200,
        here=BRING,
        groups=groups,
        there=", ".join(f"{group.unit} {group.present}" for group in groups if group.present),
        sites=_sites(base, language),
        tongues=_tongues(base, language),
        chosen=chosen,
        wrong=wrong,
    )


def call_page(
    request: web.Request,
    call: Call,
    appointment: Appointment | None,
    times: Sequence[Slot] = (),
    problem: str = "",
    status: int = 200,
) -> web.Response:
    """The call as it stands. `times`: what can be booked where nobody accepted; `problem`: why a booking failed."""
    parts, language = request.app[PARTS], staff_language(request)
    state = "booked" if call.state in MISSED and appointment else call.state
    settings, now = parts.settings, parts.clock()
    return staff_page(
        request,
        "calls/call.html",
        status=status,
        here=f"{BRING}/{call.id}",
        watch=call.id,
        call=call,
        state=state,
        asked=in_words(call, parts.known.base, language),
        by=who(call.title, language),
        left=max(0, ceil((call.until - now).total_seconds())),
        appointment=appointment,
        join=join_url(settings, appointment.token) if appointment else "",
        manage=manage_url(settings, appointment.token) if appointment else "",
        times=times,
        problem=problem,
    )


def book_page(
    request: web.Request, call: Call, slot: Slot, typed: Mapping[str, str], needs: Iterable[str], wrong: Sequence[Wrong]
) -> web.Response:
    """The form for a time: a name, and what is given of the rest."""
    base, language = request.app[PARTS].known.base, staff_language(request)
    return staff_page(
        request,
        "calls/book.html",
        status=422 if wrong else 200,
        here=f"{BRING}/{call.id}",
        call=call,
        slot=slot,
        asked=in_words(call, base, language),
        typed=typed,
        needs=[(need, say(language, f"bring.need_{need}"), need in set(needs)) for need in NEEDS],
        wrong=wrong,
    )


def _groups(base: KnowledgeBase, language: Language, there: Mapping[str, Sequence[Present]]) -> list[Group]:
    """Units of which somebody is there come first."""
    names = {unit.id: unit.name.in_(language) for unit in base.units}
    topics: dict[str, list[tuple[str, str]]] = {}
    for topic in base.topics:
        topics.setdefault(topic.unit, []).append((topic.id, topic.name.in_(language)))
    groups = [Group(names.get(unit, unit), len(there.get(unit, ())), tuple(of)) for unit, of in topics.items()]
    return sorted(groups, key=lambda group: (group.present == 0, group.unit.casefold()))


def _sites(base: KnowledgeBase, language: Language) -> list[tuple[str, str]]:
    """Where somebody comes in: all places but home."""
    offered = {place for topic in base.topics for place in topic.places}
    return [(each.id, each.name.in_(language)) for each in places(base).values() if each.id in offered - {HOME}]


def _tongues(base: KnowledgeBase, language: Language) -> list[tuple[str, str]]:
    offered = {tag: None for topic in base.topics for tag in topic.languages}
    return [(tag, named(tag, language)) for tag in offered]
