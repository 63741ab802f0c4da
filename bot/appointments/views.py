"""What the pages of an appointment show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.appointments.mails import interpreter_name, language_name, place_name, to_prepare
from bot.appointments.offer import places
from bot.locale import spoken
from bot.parts import PARTS
from bot.web.problems import asked_language
from bot.web.templating import page
from knowledge.model import LANGUAGES, Language
from services.appointments.acts import Appointment
from services.appointments.slots import Slot
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
) -> web.Response:
    """Days with free times; the times of the chosen day as buttons."""
    wished = request.query.get("day")
    chosen = next((free for free in days if free.date.isoformat() == wished), days[0] if days else None)
    return _page(request, "move", appointment, status=status, days=days, chosen=chosen, problem=problem)


def cancel_page(request: web.Request, appointment: Appointment) -> web.Response:
    """The question before cancelling."""
    return _page(request, "cancel", appointment)


def missing_page(request: web.Request) -> web.Response:
    """No appointment has this address; the same for one that never was."""
    language = language_of(request, None)
    return page("appointments/missing.html", language, status=404, switch=_switch(request), headers=HEADERS)


def free_days(slots: Sequence[Slot]) -> tuple[FreeDay, ...]:
    """The slots by local day, in order; of several at the same time the first."""
    days: dict[date, dict[object, Slot]] = {}
    for slot in slots:
        days.setdefault(local(slot.start).date(), {}).setdefault(slot.start, slot)
    return tuple(FreeDay(day, tuple(times.values())) for day, times in days.items())


def _page(
    request: web.Request, name: str, appointment: Appointment, status: int = 200, **values: object
) -> web.Response:
    parts = request.app[PARTS]
    base, now = parts.known.base, parts.clock()
    language = language_of(request, appointment)
    place = places(base).get(appointment.place)
    topic = next((topic.name.in_(language) for topic in base.topics if topic.id == appointment.topic), "")
    return page(
        f"appointments/{name}.html",
        language,
        status=status,
        switch=_switch(request),
        headers=HEADERS,
        appointment=appointment,
        now=now,
        opens=opens_at(appointment, "citizen"),
        over=appointment.end <= now,
        here=f"/appointments/{appointment.token}",
        lang=f"?lang={language}",
        topic=topic,
        place=place_name(place, language),
        ready=to_prepare(place, language),
        spoken_language=language_name(language, appointment.language),
        interpreter=interpreter_name(language, appointment.interpreter),
        expert=appointment.expert_title.get(language, ""),
        **values,
    )


def _switch(request: web.Request) -> dict[str, str]:
    """The same page in each language."""
    return {tag: f"{request.path}?lang={tag}" for tag in LANGUAGES}
