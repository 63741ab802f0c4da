"""Another time with the same expert: choose, hold, confirm. Name, contact, language and needs are taken over."""

from __future__ import annotations

from aiohttp import web

from bot.appointments.mails import composer
from bot.appointments.opened import opened, or_missing, see_other
from bot.appointments.standing import standing
from bot.appointments.times import free_times, topic_of
from bot.appointments.views import again_page, confirm_again_page, free_days, language_of
from bot.parts import PARTS
from bot.web.address import client_address
from bot.web.forms import form_value
from bot.web.refusals import take
from bot.web.routes import Access, Route
from services.appointments.acts import token_of
from services.appointments.holding import Hold, extend, find_hold, hold, let_go
from services.appointments.records import Appointment, find
from services.appointments.requests import book_once, content_digest
from services.appointments.slots import Address, decode
from services.appointments.wish import Wish, citizen_of
from services.errors import Gone, Invalid, NotFound, SlotTaken
from services.ids import new_id


async def choose(request: web.Request) -> web.Response:
    """The expert's free days and times."""
    appointment = await _again(request)
    return await _choose(request, appointment, "over" if request.query.get("problem") == "over" else None)


async def hold_(request: web.Request) -> web.Response:
    """Keep a time, and on to the confirmation."""
    appointment = await _again(request)
    parts = request.app[PARTS]
    slot = await form_value(request, "slot")
    if _address(appointment, slot) is None:
        return await _choose(request, appointment, "impossible", 422)
    take(parts.bookings, client_address(request))
    try:
        kept = await parts.database.transaction(
            hold,
            new_id(),
            slot,
            topic_of(request, appointment),
            parts.clock(),
            parts.secret,
            interpreted=appointment.interpreter is not None,
        )
    except SlotTaken:
        return await _choose(request, appointment, "taken", 409)
    except Invalid:
        return await _choose(request, appointment, "impossible", 422)
    parts.jobs.wake()
    return see_other(request, appointment, f"/again/{kept.token}")


async def confirm(request: web.Request) -> web.Response:
    """The time that is kept, with all that will be booked."""
    appointment = await _again(request)
    try:
        kept = await request.app[PARTS].database.read(find_hold, request.match_info["hold"], request.app[PARTS].clock())
    except Gone:
        return see_other(request, appointment, "/again", problem="over")
    return _confirm(request, appointment, kept)


async def extend_(request: web.Request) -> web.Response:
    """Keep it for longer."""
    appointment = await _again(request)
    parts = request.app[PARTS]
    try:
        kept = await parts.database.transaction(extend, request.match_info["hold"], parts.clock())
    except (Gone, NotFound):
        return see_other(request, appointment, "/again", problem="over")
    parts.jobs.wake()
    return see_other(request, appointment, f"/again/{kept.token}")


async def release(request: web.Request) -> web.Response:
    """Give it back, and choose another."""
    appointment = await _again(request)
    await request.app[PARTS].database.transaction(let_go, request.match_info["hold"])
    return see_other(request, appointment, "/again")


async def book(request: web.Request) -> web.Response:
    """Book what is kept. The hold stands for the request: pressed twice, it is booked once.

    Where the hold has ended meanwhile, the time is booked if it is still free.
    """
    appointment = await _again(request)
    parts = request.app[PARTS]
    slot = await form_value(request, "slot")
    address = _address(appointment, slot)
    if address is None:
        return await _choose(request, appointment, "impossible", 422)
    token = request.match_info["hold"]
    take(parts.bookings, client_address(request))
    try:
        outcome = await parts.database.transaction(
            book_once,
            f"again:{token}",
            content_digest([appointment.id, slot]),
            _wish(appointment, address, slot, token),
            topic_of(request, appointment),
            parts.clock(),
            parts.secret,
            composer(parts.known.base, parts.settings),
        )
    except Invalid:
        return await _choose(request, appointment, "impossible", 422)
    if "booked" not in outcome:
        return await _choose(request, appointment, "busy" if "busy" in outcome else "taken", 409)
    parts.jobs.wake()
    booked = await parts.database.read(find, token_of(parts.secret, outcome["booked"]["id"]))
    return see_other(request, booked, done="booked")


async def _choose(
    request: web.Request, appointment: Appointment, problem: str | None = None, status: int = 200
) -> web.Response:
    days = free_days(await free_times(request, appointment, same_expert=True))
    return again_page(request, appointment, days, problem, status)


def _confirm(request: web.Request, appointment: Appointment, kept: Hold) -> web.Response:
    address = _address(appointment, kept.slot)
    topics = topic_of(request, appointment)
    if address is None or not topics:
        raise NotFound("hold")
    return confirm_again_page(request, appointment, kept, address, topics[0])


def _address(appointment: Appointment, slot: str) -> Address | None:
    """Where and when the slot is; None where it is not the appointment's expert, topic and place."""
    address = decode(slot)
    same = (appointment.expert, appointment.topic, appointment.place)
    return address if address is not None and address[:3] == same else None


def _wish(appointment: Appointment, address: Address, slot: str, held: str) -> Wish:
    return Wish(
        id=new_id(),
        slot=slot,
        topic=address.topic,
        place=address.place,
        language=appointment.language,
        name=appointment.name,
        email=appointment.email,
        phone=appointment.phone,
        interpreter=appointment.interpreter,
        needs=appointment.needs,
        hold=held,
        same_expert=True,
        citizen=appointment.citizen or citizen_of(appointment.name, appointment.email, appointment.phone),
    )


async def _again(request: web.Request) -> Appointment:
    """The appointment that the new one is like. Raises NotFound: no such token, or its expert cannot come."""
    appointment = await opened(request)
    now = request.app[PARTS].clock()
    if not standing(appointment, now, language_of(request, appointment)).again:
        raise NotFound("appointment")
    return appointment


def again_routes(own: str) -> tuple[Route, ...]:
    """The routes below the appointment's path `own`."""
    held = f"{own}/again/{{hold}}"
    return tuple(
        Route(method, path, or_missing(handler), Access.CAPABILITY)
        for method, path, handler in (
            ("GET", f"{own}/again", choose),
            ("POST", f"{own}/again", hold_),
            ("GET", held, confirm),
            ("POST", held, book),
            ("POST", f"{held}/extend", extend_),
            ("POST", f"{held}/release", release),
        )
    )
