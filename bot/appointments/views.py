"""What the pages of an appointment show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from bot.appointments.mails import interpreter_name, place_name, to_prepare
from bot.appointments.offer import places
from bot.appointments.place_facts import place_facts, room_there
from bot.appointments.standing import interpreting, needed, standing
from bot.locale import spoken
from bot.locale.tongues import named
from bot.parts import PARTS
from bot.web.problems import asked_language
from bot.web.templating import page
from knowledge.model import LANGUAGES, Language
from services.appointments.acts import Appointment
from services.appointments.bookable import Bookable
from services.appointments.holding import Hold
from services.appointments.slots import Address, Slot
from services.clock import local
from services.video.window import opens_at

# The address is a secret, so no other site learns it. Not `no-referrer`: with that, browsers post the page's own forms
# with `Origin: null`, which is a foreign page to us (Fetch, "append a request `Origin` header").
HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"}


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A local day with its free times, one slot a time."""

    date: date
    slots: tuple[Slot, ...]


def language_of(request: web.Request, appointment: Appointment | None) -> Language:
    """The language asked for by `?lang=`, else the appointment's own, else the browser's."""
    wished = request.query.get("lang", "")
    if wished in LANGUAGES:
        return spoken(wished)
    return spoken(appointment.language) if appointment else asked_language(request)


def own_page(request: web.Request, appointment: Appointment, done: str | None) -> web.Response:
    """The appointment with all that can be done about it."""
    return _page(request, "page", appointment, done=done)


def move_page(
    request: web.Request,
    appointment: Appointment,
    days: Sequence[FreeDay],
    problem: str | None = None,
    status: int = 200,
    *,
    same: bool = False,
    bound: bool = False,
) -> web.Response:
    """Days with free times; the times of the chosen day as buttons.

    `same`: they are those of the appointment's expert; `bound`: there is no choice about that.
    """
    values = {"days": days, "chosen": _chosen(request, days), "problem": problem, "same": same, "bound": bound}
    return _page(request, "move", appointment, status=status, **values)


def confirm_move_page(request: web.Request, appointment: Appointment, slot: Slot) -> web.Response:
    """One time to move to, with one button."""
    place = places(request.app[PARTS].known.base).get(slot.place)
    return _page(
        request, "move_to", appointment, slot=slot, new_place=place_name(place, language_of(request, appointment))
    )


def again_page(
    request: web.Request, appointment: Appointment, days: Sequence[FreeDay], problem: str | None, status: int
) -> web.Response:
    """The same expert's days with free times."""
    chosen = _chosen(request, days)
    return _page(request, "again", appointment, status=status, days=days, chosen=chosen, problem=problem)


def confirm_again_page(
    request: web.Request, appointment: Appointment, kept: Hold, address: Address, topic: Bookable
) -> web.Response:
    """The kept time with all that will be booked, and how long it is kept."""
    starts = address.start
    ends = starts + timedelta(minutes=topic.length(interpreted=kept.interpreted))
    left = max(0, int((kept.until - request.app[PARTS].clock()).total_seconds()))
    return _page(request, "confirm_again", appointment, kept=kept, starts=starts, ends=ends, left=left)


def offer_page(request: web.Request) -> web.Response:
    """What can be booked, the places, and the bodies that book their own appointments."""
    language = language_of(request, None)
    base = request.app[PARTS].known.base
    known = [place for place in places(base).values() if any(place.id in topic.places for topic in base.topics)]
    return page(
        "appointments/offer.html",
        language,
        switch=_switch(request),
        topics=[topic.name.in_(language) for topic in base.topics],
        places=[(place, place_facts(place, language), to_prepare(place, language)) for place in known],
        agencies=base.agencies,
    )


def cancel_page(request: web.Request, appointment: Appointment) -> web.Response:
    """The question before cancelling."""
    return _page(request, "cancel", appointment)


def missing_page(request: web.Request) -> web.Response:
    """No appointment has this address; the same for one that never was."""
    language = language_of(request, None)
    return page("appointments/missing.html", language, status=404, switch=_switch(request), headers=HEADERS)


def free_days(slots: Sequence[Slot]) -> tuple[FreeDay, ...]:
    """The slots by local day, in order."""
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(local(slot.start).date(), []).append(slot)
    return tuple(FreeDay(day, tuple(times)) for day, times in days.items())


def _chosen(request: web.Request, days: Sequence[FreeDay]) -> FreeDay | None:
    wished = request.query.get("day")
    return next((free for free in days if free.date.isoformat() == wished), days[0] if days else None)


def _page(
    request: web.Request, name: str, appointment: Appointment, status: int = 200, **values: object
) -> web.Response:
    parts = request.app[PARTS]
    base, now = parts.known.base, parts.clock()
    language = language_of(request, appointment)
    place = places(base).get(appointment.place)
    topic = next((topic for topic in base.topics if topic.id == appointment.topic), None)
    interpreter = interpreter_name(language, appointment.interpreter)
    orders = topic.interpreter_by if topic else "service_point"
    return page(
        f"appointments/{name}.html",
        language,
        status=status,
        switch=_switch(request),
        headers=HEADERS,
        appointment=appointment,
        now=now,
        opens=opens_at(appointment, "citizen"),
        standing=standing(appointment, now, language),
        here=f"/appointments/{appointment.token}",
        lang=f"?lang={language}",
        topic=topic.name.in_(language) if topic else "",
        place=place_name(place, language),
        ready=to_prepare(place, language),
        room=room_there(place, appointment.room, language),
        place_facts=place_facts(place, language),
        needs=", ".join(needed(appointment, language)),
        spoken_language=named(appointment.language, language),
        interpreter_wish=interpreter,
        interpreter=interpreting(appointment, interpreter, orders, language),
        expert=appointment.expert_title.get(language, ""),
        **values,
    )


def _switch(request: web.Request) -> dict[str, str]:
    """The same page in each language, with the day or time that was chosen."""
    return {tag: str(request.rel_url.update_query(lang=tag)) for tag in LANGUAGES}
