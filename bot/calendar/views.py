"""What an expert's calendar shows: the week, what is offered, and what a change would do to appointments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from re import sub
from typing import NamedTuple

from aiohttp import web

from bot.appointments.offer import bookables, places
from bot.calendar.forms import WEEKS, Typed
from bot.feeds.panel import panel
from bot.locale import say
from bot.locale.tongues import named
from bot.parts import PARTS
from bot.staff.pages import Wrong, staff_language, staff_page
from bot.web.sessions import ACTOR
from knowledge.model import Language
from services.accounts.rules import Right, may
from services.appointments.feeds import Feed
from services.appointments.records import Booked
from services.appointments.shifts import DAYS
from services.appointments.standing_in import Outcome
from services.appointments.supply import Absence, Keeper
from services.appointments.supply_rules import Effect, outside
from services.appointments.week import Day
from services.clock import local
from services.errors import Invalid

CALENDAR = "/desk/calendar"
WEEK = timedelta(days=7)

_DONE = {"saved", "away", "back"}


class Choice(NamedTuple):
    """Something that can be checked, in words."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A calendar as the tables have it: whose, a week of it, absences to come, and others that one may see."""

    whose: Keeper
    week: Sequence[Day]
    absences: Sequence[Absence]
    others: Sequence[Keeper]
    feed: Feed | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a form. `effects`: what it would do, still unsaved; `form`: the id of the form that saves it."""

    typed: Typed | None = None
    fields: dict[str, str] = field(default_factory=dict)
    wrong: Sequence[Wrong] = ()
    effects: Sequence[Effect] = ()
    form: str = ""
    conflict: bool = False
    status: int = 200


def calendar_page(request: web.Request, seen: Seen, answer: Answer | None = None) -> web.Response:
    """One expert's calendar; with what was typed and what it would do, where a form was not saved yet."""
    answer = answer or Answer()
    parts, actor, whose = request.app[PARTS], request[ACTOR], seen.whose
    language = staff_language(request)
    monday, today = seen.week[0].date, local(parts.clock()).date()
    done = request.query.get("done", "")
    words = Words(request)
    return staff_page(
        request,
        "calendar/calendar.html",
        status=answer.status,
        here=f"{CALENDAR}/{whose.key}" if answer is not None and request.method == "POST" else None,
        whose=whose,
        own=whose.account.id == actor.account,
        may_meet=may(actor, Right.MEET),
        title=whose.account.title.get(language, ""),
        week=[(each, _outside(each, whose)) for each in seen.week],
        monday=monday,
        sunday=monday + 6 * timedelta(days=1),
        is_this_week=monday <= today < monday + WEEK,
        previous=monday - WEEK,
        following=monday + WEEK,
        today=today,
        absences=seen.absences,
        others=seen.others,
        feed=panel(request, seen.feed) if seen.feed else None,
        words=words,
        typed=answer.typed or Typed(whose.supply, whose.unit, whose.supply.mark, 1),
        fields=answer.fields,
        wrong=answer.wrong,
        effects=answer.effects,
        form=answer.form,
        conflict=answer.conflict,
        done=done if done in _DONE else "",
        topics=words.topics_of(whose),
        languages_known=words.languages(),
        places_known=words.places(),
        units=words.units(whose),
        days=[Choice(each, say(language, f"calendar.{each}")) for each in DAYS],
        weeks=[Choice(each, say(language, f"calendar.week_{each.replace('-1', 'last')}")) for each in WEEKS],
    )


def list_page(request: web.Request, others: Sequence[Keeper]) -> web.Response:
    """The calendars of the experts of whom one is the lead."""
    return staff_page(request, "calendar/experts.html", others=others, words=Words(request))


def outcome_page(request: web.Request, whose: Keeper, outcome: Outcome) -> web.Response:
    """Who got the appointments that were given away, and which wait for their citizens."""
    return staff_page(
        request,
        "calendar/outcome.html",
        here=f"{CALENDAR}/{whose.key}",
        whose=whose,
        handed=outcome.handed,
        returned=outcome.returned,
        words=Words(request),
    )


def refused(request: web.Request, invalid: Invalid) -> Wrong:
    """What an act refused, at the input it is about; a row's texts are the same for every row."""
    kind = sub(r"-[0-9]+$", "", invalid.field)
    return Wrong(invalid.field, say(staff_language(request), f"calendar.invalid_{kind}_{invalid.code}"))


class Words:
    """The content's names in the page's language."""

    def __init__(self, request: web.Request) -> None:
        self._language: Language = staff_language(request)
        self._base = request.app[PARTS].known.base
        self._topics = bookables(self._base)
        self._places = places(self._base)

    def topic(self, topic: str) -> str:
        return next((each.name.in_(self._language) for each in self._base.topics if each.id == topic), topic)

    def place(self, place: str) -> str:
        known = self._places.get(place)
        return known.name.in_(self._language) if known else place

    def tongue(self, language: str) -> str:
        return named(language, self._language)

    def unit(self, unit: str) -> str:
        return next((each.name.in_(self._language) for each in self._base.units if each.id == unit), unit)

    def expert(self, booked: Booked) -> str:
        return booked.expert_title.get(self._language, "")

    def topics_of(self, whose: Keeper) -> list[Choice]:
        """The topics of the account's units."""
        return [Choice(each.id, self.topic(each.id)) for each in self._topics if each.unit in whose.account.units]

    def languages(self) -> list[Choice]:
        """The languages in which something can be booked."""
        found = dict.fromkeys(language for topic in self._topics for language in topic.languages)
        return [Choice(each, self.tongue(each)) for each in found]

    def places(self) -> list[Choice]:
        """The places where something can be booked."""
        found = dict.fromkeys(place for topic in self._topics for place in topic.places)
        return [Choice(each, self.place(each)) for each in found]

    def units(self, whose: Keeper) -> list[Choice]:
        """The account's units."""
        return sorted((Choice(each, self.unit(each)) for each in whose.account.units), key=lambda each: each.name)


def _outside(day: Day, whose: Keeper) -> frozenset[str]:
    """The day's appointments that are not within what is offered, or within an absence."""
    return frozenset(
        each.id for each in day.booked if outside(each, whose.supply) or any(_overlap(each, away) for away in day.away)
    )


def _overlap(booked: Booked, away: Absence) -> bool:
    return booked.start < away.end and away.start < booked.end


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
