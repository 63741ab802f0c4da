"""One appointment at the desk: all that can be done about it, each by a form of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from bot.appointments.mails import composer
from bot.desk.views import appointment_page
from bot.locale import say
from bot.parts import PARTS
from bot.staff.pages import HEADERS, Wrong, link, staff_language
from bot.web.forms import Form, read_form
from bot.web.routes import Handler, Route
from bot.web.sessions import ACTOR, DESK
from services.accounts.rules import Actor, Right, Role, require
from services.appointments.attending import (
    Ours,
    begin,
    cancel_by_us,
    check_in,
    finish,
    no_show,
    set_interpreter,
    turn_into_call,
    view,
)
from services.appointments.records import Booked, InterpreterState, by_id
from services.clock import local
from services.errors import Conflict, Gone, Invalid

Act = Callable[[Any, str, str, datetime], Booked]
"""`act(tx, appointment, by, now)`."""

_MISSED = {"guest": (True, False), "host": (False, True), "both": (True, True)}
_INTERPRETER: dict[str, InterpreterState] = {
    "wanted": "wanted",
    "ordered": "ordered",
    "confirmed": "confirmed",
    "none": "none",
}


async def show(request: web.Request) -> web.Response:
    """The appointment; that somebody looked at it is written."""
    return await _page(request)


def _missed(_request: web.Request, form: Form) -> Act:
    guest, host = _MISSED.get(form["who"], (False, False))
    return partial(no_show, guest=guest, host=host)


def _interpreter(_request: web.Request, form: Form) -> Act:
    """Raises Invalid (`interpreter`: state) for one that there is not."""
    state = _INTERPRETER.get(form["state"])
    if state is None:
        raise Invalid("interpreter", "state")
    return lambda tx, appointment, by, now: set_interpreter(tx, appointment, state, by, now)


def _phone(request: web.Request, _form: Form) -> Act:
    return partial(_telling, request, turn_into_call)


def _cancel(request: web.Request, form: Form) -> Act:
    who: Ours = "expert" if Role.EXPERT in request[ACTOR].roles else "staff"
    return partial(_telling, request, partial(cancel_by_us, reason=form["reason"], who=who))


def _telling(
    request: web.Request, act: Callable[..., Booked], tx: Any, appointment: str, by: str, now: datetime
) -> Booked:
    """`act`, with what it needs to tell the citizen."""
    parts = request.app[PARTS]
    return act(tx, appointment, by, now, parts.secret, composer(parts.known.base, parts.settings))


def _doing(act_of: Callable[[web.Request, Form], Act]) -> Handler:
    """Do it, and back to the appointment's day; what was refused is told on the appointment's page."""

    async def do(request: web.Request) -> web.Response:
        parts, form = request.app[PARTS], await read_form(request)
        identifier = request.match_info["appointment"]
        try:
            act = act_of(request, form)
            after = await parts.database.transaction(_allowed, request[ACTOR], identifier, act, parts.clock())
        except Invalid as invalid:
            text = say(staff_language(request), f"desk.invalid_{invalid.field}_{invalid.code}")
            return await _page(request, [Wrong(invalid.field, text)], form["reason"], 422)
        except (Gone, Conflict):
            text = say(staff_language(request), "desk.invalid_changed")
            return await _page(request, [Wrong("state", text)], form["reason"], 409)
        parts.jobs.wake()
        return _to_the_day(request, after)

    return do


def _allowed(tx: Any, actor: Actor, appointment: str, act: Act, now: datetime) -> Booked:
    """Raises NotFound, Forbidden, and what `act` does."""
    require(actor, Right.MEET, unit=by_id(tx, appointment).unit)
    return act(tx, appointment, actor.account, now)


async def _page(request: web.Request, wrong: Sequence[Wrong] = (), reason: str = "", status: int = 200) -> web.Response:
    parts = request.app[PARTS]
    identifier = request.match_info["appointment"]
    booked = await parts.database.transaction(_allowed, request[ACTOR], identifier, view, parts.clock())
    return appointment_page(request, booked, wrong, reason, status)


def _to_the_day(request: web.Request, booked: Booked) -> web.Response:
    day = link(request, DESK, day=local(booked.start).date().isoformat())
    headers = {**HEADERS, "Location": f"{day}#at-{booked.id}", "Cache-Control": "no-store"}
    return web.Response(status=303, headers=headers)


def act_routes() -> tuple[Route, ...]:
    own = f"{DESK}/appointments/{{appointment}}"
    doing: dict[str, Callable[[web.Request, Form], Act]] = {
        "here": lambda _request, _form: check_in,
        "begin": lambda _request, _form: begin,
        "done": lambda _request, _form: finish,
        "no-show": _missed,
        "phone": _phone,
        "cancel": _cancel,
        "interpreter": _interpreter,
    }
    return (
        Route("GET", own, show, Right.MEET),
        *(Route("POST", f"{own}/{name}", _doing(act_of), Right.MEET) for name, act_of in doing.items()),
    )
