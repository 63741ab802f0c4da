"""Calling an expert to a citizen who is here, and booking a time where nobody comes. All works without a script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.appointments.mails import composer
from bot.appointments.offer import bookables
from bot.calls.line import ring, serve_line
from bot.calls.views import BRING, book_page, bring_page, call_page
from bot.locale import say
from bot.parts import PARTS
from bot.staff.pages import Wrong, go, staff_language
from bot.web.forms import Form, read_form
from bot.web.routes import Route
from bot.web.sessions import ACTOR
from services.accounts.rules import Right
from services.appointments.acts import Wish, load_calendar
from services.appointments.bookable import Bookable
from services.appointments.calendars import existing_slot
from services.appointments.records import Appointment, find, token_of
from services.appointments.slots import Slot
from services.appointments.wish import checked_email, checked_name, checked_needs, checked_phone, citizen_of
from services.calls.acts import book_instead, call, expire, withdraw
from services.calls.presence import Present, present
from services.calls.records import MISSED, Call, call_of
from services.errors import CitizenBusy, Conflict, Gone, Invalid, NotFound, SlotTaken
from services.ids import new_id

TIMES = 8
_ASKED = ("topic", "place", "language")
_TYPED = ("name", "email", "phone")


async def choose(request: web.Request) -> web.Response:
    """What to ask for, as the address says or as it was asked for last."""
    return bring_page(request, await _there(request), {name: request.query.get(name, "") for name in _ASKED})


async def call_(request: web.Request) -> web.Response:
    parts, form = request.app[PARTS], await read_form(request)
    chosen = {name: form[name] for name in _ASKED}
    topic = next((each for each in bookables(parts.known.base) if each.id == chosen["topic"]), None)
    try:
        if topic is None:
            raise Invalid("topic", "topic")
        made = await parts.database.transaction(
            call, new_id(), request[ACTOR], topic, chosen["place"], chosen["language"], parts.clock()
        )
    except Invalid as invalid:
        text = say(staff_language(request), f"bring.invalid_{invalid.field}")
        return bring_page(request, await _there(request), chosen, [Wrong(invalid.field, text)])
    ring(parts, [made])
    parts.jobs.wake()
    return go(request, f"{BRING}/{made.id}")


async def show(request: web.Request) -> web.Response:
    return await _show(request, await _own(request))


async def withdraw_(request: web.Request) -> web.Response:
    parts, identifier = request.app[PARTS], request.match_info["call"]
    changed = await parts.database.transaction(withdraw, identifier, request[ACTOR].account, parts.clock())
    ring(parts, [changed])
    return go(request, f"{BRING}/{identifier}")


async def fill_in(request: web.Request) -> web.Response:
    """The form for the time that `?slot=` names; back to the times where there is none such."""
    own = await _own(request)
    slot = await _slot(request, own, request.query.get("slot", ""))
    if slot is None or own.state not in MISSED or own.appointment is not None:
        return go(request, f"{BRING}/{own.id}")
    return book_page(request, own, slot, dict.fromkeys(_TYPED, ""), (), ())


async def book_(request: web.Request) -> web.Response:
    """A second post of the same form finds that a time was booked, and shows it."""
    parts, own, form = request.app[PARTS], await _own(request), await read_form(request)
    typed = {name: form[name] for name in _TYPED}
    slot = await _slot(request, own, form["slot"])
    if slot is None:
        return await _show(request, own, "impossible", 422)
    wish, wrong = _wish(request, own, slot, form)
    if wish is None:
        return book_page(request, own, slot, typed, form.all("need"), wrong)
    base, me, now = parts.known.base, request[ACTOR].account, parts.clock()
    compose = composer(base, parts.settings)
    try:
        await parts.database.transaction(book_instead, own.id, me, wish, bookables(base), now, parts.secret, compose)
    except CitizenBusy:
        return await _show(request, own, "citizen_busy", 409)
    except SlotTaken:
        own = await _own(request)
        return go(request, f"{BRING}/{own.id}") if own.appointment else await _show(request, own, "taken", 409)
    except Invalid:
        return await _show(request, own, "impossible", 422)
    except (Conflict, Gone):
        return go(request, f"{BRING}/{own.id}")
    parts.jobs.wake()
    return go(request, f"{BRING}/{own.id}")


def _wish(request: web.Request, own: Call, slot: Slot, form: Form) -> tuple[Wish | None, list[Wrong]]:
    """The wish, or all that is wrong with it. Who stands here needs no contact: they take the address with them."""
    given: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for name, check in (("name", checked_name), ("email", checked_email), ("phone", checked_phone)):
        try:
            given[name] = check(form[name]) if form[name].strip() or name == "name" else None
        except Invalid as invalid:
            wrong.append(Wrong(name, say(staff_language(request), f"bring.invalid_{name}_{_kind(invalid)}")))
    try:
        needs = checked_needs(form.all("need"))
    except Invalid:
        needs = ()
    if wrong:
        return None, wrong
    contact = given["email"], given["phone"]
    who = citizen_of(given["name"], *contact) if any(contact) else None
    wish = Wish(
        id=new_id(), slot=slot.id, topic=own.topic, place=own.place, language=own.language, needs=needs, citizen=who,
        **given,
    )  # fmt: skip
    return wish, []


def _kind(invalid: Invalid) -> str:
    return "required" if invalid.code == "required" else "wrong"


async def _own(request: web.Request) -> Call:
    """The call that they made, ended where its time is over. Raises NotFound."""
    parts, identifier, now = request.app[PARTS], request.match_info["call"], request.app[PARTS].clock()
    own = await parts.database.read(call_of, identifier)
    if own.made_by != request[ACTOR].account:
        raise NotFound("call")
    if own.state != "ringing" or own.until > now:
        return own
    ring(parts, await parts.database.transaction(expire, now))
    return await parts.database.read(call_of, identifier)


async def _show(request: web.Request, own: Call, problem: str = "", status: int = 200) -> web.Response:
    parts = request.app[PARTS]
    topics = [topic for topic in bookables(parts.known.base) if topic.id == own.topic]
    appointment, times = await parts.database.read(_look, own, topics, parts.clock(), parts.secret)
    return call_page(request, own, appointment, times, problem, status)


def _look(
    tx: Any, own: Call, topics: list[Bookable], now: datetime, secret: str
) -> tuple[Appointment | None, list[Slot]]:
    """The appointment that came of the call, or else the next free times."""
    if own.appointment is not None:
        return find(tx, token_of(secret, own.appointment)), []
    if own.state not in MISSED or not topics:
        return None, []
    return None, load_calendar(tx, topics, now).times(own.topic, own.place, own.language)[:TIMES]


async def _slot(request: web.Request, own: Call, slot_id: str) -> Slot | None:
    """The slot of that id, free or not, if it is one of what was asked for."""
    parts = request.app[PARTS]
    topics = bookables(parts.known.base)
    _, slot = await parts.database.transaction(existing_slot, slot_id, topics, parts.clock())
    return slot if slot and (slot.topic, slot.place) == (own.topic, own.place) else None


async def _there(request: web.Request) -> Mapping[str, list[Present]]:
    """The experts whom they could call now, by unit."""
    parts, me = request.app[PARTS], request[ACTOR].account
    units = sorted({topic.unit for topic in parts.known.base.topics})
    there = await parts.database.read(present, units, parts.clock())
    return {unit: [each for each in those if each.account != me] for unit, those in there.items()}


def call_routes() -> tuple[Route, ...]:
    own = f"{BRING}/{{call}}"
    return (
        Route("GET", "/desk/line", serve_line, Right.MEET),
        Route("GET", BRING, choose, Right.MEET),
        Route("POST", BRING, call_, Right.MEET),
        Route("GET", own, show, Right.MEET),
        Route("POST", f"{own}/withdraw", withdraw_, Right.MEET),
        Route("GET", f"{own}/book", fill_in, Right.MEET),
        Route("POST", f"{own}/book", book_, Right.MEET),
    )
