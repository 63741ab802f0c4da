"""Experts' calendars: one's own, and those of the experts of whom one is the lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from aiohttp import web

from bot.appointments.mails import composer
from bot.appointments.offer import bookables
from bot.calendar.forms import read_illness, read_moments, read_supply
from bot.calendar.views import CALENDAR, Answer, Seen, calendar_page, list_page, monday_of, outcome_page, refused
from bot.desk.days import asked_day
from bot.parts import PARTS
from bot.staff.pages import go
from bot.web.forms import Form, read_form
from bot.web.routes import Route
from bot.web.sessions import ACTOR
from services.accounts.rules import Actor, Right, Role
from services.appointments.feeds import feed_of
from services.appointments.standing_in import Outcome
from services.appointments.supply import absences_of, keeper, keepers
from services.appointments.supplying import (
    Change,
    ChangedMeanwhile,
    Handing,
    Unseen,
    add_absence,
    fell_ill,
    remove_absence,
    save,
)
from services.appointments.week import week
from services.clock import local
from services.errors import Invalid

_EXPERT = f"{CALENDAR}/{{expert}}"
_KEPT = ("starts", "ends", "until")


async def show_own(request: web.Request) -> web.Response:
    """One's own calendar; for who has none, those of others."""
    actor = request[ACTOR]
    if Role.EXPERT in actor.roles:
        return calendar_page(request, await _seen(request, actor.account))
    return list_page(request, await request.app[PARTS].database.read(keepers, actor))


async def show(request: web.Request) -> web.Response:
    return calendar_page(request, await _seen(request, request.match_info["expert"]))


async def change_supply(request: web.Request) -> web.Response:
    """Save what is offered; or, where that concerns appointments that were not shown yet, show them."""
    form = await read_form(request)
    typed = read_supply(form)
    if form["then"] == "more":
        return await _again(request, Answer(typed=typed))
    topics = bookables(request.app[PARTS].known.base)
    values = (typed.supply, typed.unit, typed.was, topics, _change(request, form))
    return await _done(request, "saved", Answer(typed=typed, form="supply"), save, *values)


async def add_time_off(request: web.Request) -> web.Response:
    """The expert is away for a while; appointments in it are shown first."""
    form = await read_form(request)
    answer = Answer(fields=_fields(form), form="absence")
    try:
        start, end = read_moments(form)
    except Invalid as invalid:
        return await _refuse(request, answer, invalid)
    return await _done(request, "away", answer, add_absence, start, end, _change(request, form))


async def remove_time_off(request: web.Request) -> web.Response:
    return await _done(request, "back", Answer(), remove_absence, request.match_info["absence"], _change(request))


async def report_illness(request: web.Request) -> web.Response:
    """The expert fell ill: all appointments until then are given to others at once."""
    form = await read_form(request)
    answer = Answer(fields=_fields(form), form="ill")
    try:
        start, end = read_illness(form, request.app[PARTS].clock())
        return await _done(request, "away", answer, fell_ill, start, end, _change(request, handing=True))
    except Invalid as invalid:
        return await _refuse(request, answer, invalid)


async def _done(request: web.Request, what: str, answer: Answer, act: Callable[..., Any], *values: Any) -> web.Response:
    """Back to the calendar after `act`; or what it refused, or would do, beside what was typed."""
    key, database = request.match_info["expert"], request.app[PARTS].database
    try:
        outcome: Outcome | None = await database.transaction(act, key, *values)
    except Invalid as invalid:
        return await _refuse(request, answer, invalid)
    except Unseen as unseen:
        return await _again(request, replace(answer, effects=unseen.effects))
    except ChangedMeanwhile:
        return await _again(request, Answer(conflict=True, status=409))
    if outcome is None:
        return go(request, f"{CALENDAR}/{key}", done=what)
    return outcome_page(request, await database.read(keeper, request[ACTOR], key), outcome)


async def _refuse(request: web.Request, answer: Answer, invalid: Invalid) -> web.Response:
    field = "until" if answer.form == "ill" else invalid.field
    return await _again(request, replace(answer, wrong=[refused(request, Invalid(field, invalid.code))], status=422))


async def _again(request: web.Request, answer: Answer) -> web.Response:
    return calendar_page(request, await _seen(request, request.match_info["expert"]), answer)


async def _seen(request: web.Request, key: str) -> Seen:
    parts = request.app[PARTS]
    now = parts.clock()
    monday = monday_of(asked_day(request.query.get("week", ""), local(now).date()))
    return await parts.database.read(_look, request[ACTOR], key, monday, now)


def _look(tx: Any, actor: Actor, key: str, monday: date, now: datetime) -> Seen:
    whose = keeper(tx, actor, key)
    others = [each for each in keepers(tx, actor) if each.account.id != actor.account]
    away = absences_of(tx, whose.expert or "", now)
    feed = feed_of(tx, whose.expert) if whose.expert else None
    return Seen(whose, week(tx, whose, monday, now), away, others, feed)


def _change(request: web.Request, form: Form | None = None, *, handing: bool = False) -> Change:
    """Who changes, and what they saw: nothing where the change was not asked for from where it is shown."""
    parts = request.app[PARTS]
    then = form["then"] if form else ""
    seen = form.all("seen") if form and then in {"keep", "hand"} else ()
    base = parts.known.base
    to_others = Handing(bookables(base), parts.secret, composer(base, parts.settings))
    return Change(request[ACTOR], parts.clock(), seen, to_others if handing or then == "hand" else None)


def _fields(form: Form) -> dict[str, str]:
    return {name: form[name] for name in _KEPT}


def calendar_routes() -> tuple[Route, ...]:
    return (
        Route("GET", CALENDAR, show_own, Right.CALENDARS),
        Route("GET", _EXPERT, show, Right.CALENDARS),
        Route("POST", _EXPERT, change_supply, Right.CALENDARS),
        Route("POST", f"{_EXPERT}/absences", add_time_off, Right.CALENDARS),
        Route("POST", f"{_EXPERT}/absences/{{absence}}/remove", remove_time_off, Right.CALENDARS),
        Route("POST", f"{_EXPERT}/ill", report_illness, Right.CALENDARS),
    )
