"""Who comes to an appointment's room, and by what right: a citizen by the appointment's token, a host by the unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.appointments.views import language_of
from bot.locale import say
from bot.parts import PARTS
from bot.staff.pages import link, staff_language
from bot.web.sessions import ACTOR, DESK, session_token
from knowledge.model import LANGUAGES, Language
from services.accounts.records import person
from services.accounts.rules import Right, require
from services.accounts.rules import Role as StaffRole
from services.accounts.sessions import resume
from services.appointments.records import Booked, by_id, find
from services.calls.records import brought
from services.errors import Forbidden
from services.video.records import Role

Look = Callable[[Any, datetime], Booked]


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at the door of `appointment`'s room. `title`: what a host is to others, by language.

    `here`: the path of their page, `back`: where it leads when all is done. `look` finds the appointment as it stands,
    and raises NotFound or Forbidden where it is theirs no longer.
    """

    role: Role
    appointment: Booked
    language: Language
    here: str
    back: str
    look: Look = field(repr=False)
    title: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None


async def citizen(request: web.Request) -> Guest:
    """Whoever knows the appointment's token. Raises NotFound."""
    token = request.match_info["token"]
    appointment = await request.app[PARTS].database.read(find, token)
    language = language_of(request, appointment)
    return Guest(
        role="citizen",
        appointment=appointment,
        language=language,
        here=f"/meet/{token}",
        back=f"/appointments/{token}?lang={language}",
        look=lambda tx, _now: find(tx, token),
    )


async def host(request: web.Request) -> Guest:
    """Staff and experts of the appointment's unit, and who brought the expert by a call. Raises NotFound, Forbidden."""
    parts, actor = request.app[PARTS], request[ACTOR]
    identifier, session = request.match_info["appointment"], session_token(request)

    def look(tx: Any, now: datetime) -> Booked:
        present = resume(tx, session, now)
        if present is None:
            raise Forbidden("the session is over")
        appointment = by_id(tx, identifier)
        if not brought(tx, present.account, identifier):
            require(present, Right.MEET, unit=appointment.unit)
        return appointment

    def with_title(tx: Any) -> tuple[Booked, Mapping[str, str]]:
        return look(tx, parts.clock()), _title(person(tx, actor.account).title, actor.roles)

    appointment, title = await parts.database.read(with_title)
    return Guest(
        role="host",
        appointment=appointment,
        language=staff_language(request),
        here=f"/desk/meet/{identifier}",
        back=link(request, DESK),
        look=look,
        title=title,
        account=actor.account,
    )


def name_of(role: Role, title: Mapping[str, str], language: Language) -> str:
    """What somebody is called in the room: what they are there, never a person's name."""
    return title[language] if role == "host" else say(language, "meet.citizen")


def _title(own: Mapping[str, str], roles: frozenset[StaffRole]) -> dict[str, str]:
    """The role title that citizens see; by role in the languages that have none."""
    kind = StaffRole.EXPERT if StaffRole.EXPERT in roles else StaffRole.AGENT
    return {tag: own.get(tag) or say(tag, f"staff.role_{kind}") for tag in LANGUAGES}
