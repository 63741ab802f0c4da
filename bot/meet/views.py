"""What the pages of a meeting show: before it opens, the room or the way into it, and when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import ceil
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.appointments.mails import to_prepare
from bot.appointments.offer import places
from bot.appointments.views import HEADERS
from bot.locale import catalogue
from bot.meet.guests import Guest
from bot.parts import PARTS
from bot.staff.pages import staff_page
from bot.web.security import content_policy
from bot.web.templating import page
from knowledge.model import LANGUAGES
from services.video.records import Role
from services.video.window import opens_at, window

DEVICES = {
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"
}
_SCRIPT_TEXTS = "meet.room_"


def meeting_page(request: web.Request, guest: Guest) -> web.Response:
    """The page for now. `?check=1`: the device check alone, as long as the meeting is not over."""
    parts, settings = request.app[PARTS], request.app[PARTS].settings
    role = opens_for(request, guest)
    state, opens = window(guest.appointment, parts.clock(), role), opens_at(guest.appointment, role)
    checks = request.query.get("check") == "1" and state in {"early", "open"}
    if checks or (state == "open" and settings.video == "builtin"):
        line = "" if checks else f"{guest.here}/line?lang={guest.language}"
        return _page(request, guest, "room", DEVICES, check=checks, line=line, words=dict(script_texts(guest.language)))
    if state == "open":
        # Browsers hold the redirect after a form to the policy of the form's page.
        policy = content_policy(settings.public_url, settings.jitsi_url or "")
        return _page(
            request,
            guest,
            "jitsi",
            {"Content-Security-Policy": policy},
            action=f"{guest.here}/jitsi?lang={guest.language}",
        )
    early, own = state == "early", guest.role == "citizen"
    return _page(
        request,
        guest,
        "closed",
        state=state,
        opens=opens,
        opens_in_s=ceil((opens - parts.clock()).total_seconds()) + 1 if early else 0,
        check_link=f"{guest.here}?{urlencode({'lang': guest.language, 'check': 1})}" if early and own else "",
    )


def opens_for(request: web.Request, guest: Guest) -> Role:
    """By whose hours the room opens: a Jitsi room opens for all at once, since its tokens say when they begin."""
    return guest.role if request.app[PARTS].settings.video == "builtin" else "citizen"


@cache
def script_texts(language: str) -> Mapping[str, str]:
    """The texts that the page's script says."""
    said = {key: text for key, text in catalogue(language).items() if key.startswith(_SCRIPT_TEXTS)}
    return MappingProxyType({key.removeprefix(_SCRIPT_TEXTS): text for key, text in said.items()})


def _page(
    request: web.Request, guest: Guest, name: str, headers: Mapping[str, str] | None = None, **values: object
) -> web.Response:
    base, booked, language = request.app[PARTS].known.base, guest.appointment, guest.language
    own = guest.role == "citizen"
    given: dict[str, Any] = {
        "role": guest.role,
        "back": guest.back,
        "title": next((topic.name.in_(language) for topic in base.topics if topic.id == booked.topic), ""),
        "start": booked.start,
        "end": booked.end,
        "expert": booked.expert_title.get(language, ""),
        "demo": booked.demo,
        "ready": to_prepare(places(base).get(booked.place), language) if own else (),
        **values,
    }
    template = f"meet/{name}.html"
    if not own:
        return staff_page(request, template, headers=headers, **given)
    check = {"check": "1"} if values.get("check") else {}
    switch: dict[str, str] = {tag: f"{guest.here}?{urlencode({'lang': tag, **check})}" for tag in LANGUAGES}
    return page(template, language, switch=switch, headers={**HEADERS, **(headers or {})}, **given)
