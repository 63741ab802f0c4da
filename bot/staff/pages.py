"""How a page of staff is made: its language, its links, its menu, and what is shown to who may not see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from bot.locale import catalogue, say, spoken
from bot.locale.dates import clock, full_day, short_day
from bot.parts import PARTS
from bot.web.problems import asked_language
from bot.web.refusals import Refused
from bot.web.routes import declaration
from bot.web.sessions import ACTOR, DESK, HOME, SIGN_IN
from bot.web.templating import page
from knowledge.model import LANGUAGES, Language
from services.accounts.rules import RULES, Actor, Reach, Right, may
from services.accounts.sessions import IDLE
from services.clock import local
from services.errors import Invalid

# `same-origin` for the same reasons as in bot/appointments/views.py.
HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "same-origin"}

_MENU = (
    (DESK, "staff.menu_desk", Right.MEET),
    (f"{DESK}/bring", "bring.menu", Right.MEET),
    ("/desk/calendar", "staff.menu_calendar", Right.CALENDARS),
    (HOME, "staff.menu_account", Right.OWN_ACCOUNT),
    ("/units", "staff.menu_units", Right.UNITS),
    ("/admin/people", "staff.menu_people", Right.PEOPLE),
    ("/admin/audit", "staff.menu_audit", Right.AUDIT),
    ("/admin/jobs", "staff.menu_jobs", Right.JOBS),
)
_ERRORS = {401, 404, 409, 410, 429}
_NOTED_S = 60  # how much later than the last click a session's row may say it was (bot/web/sessions.py)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A problem with what was typed: `field` is the id of the input to mend, `text` what to do, in words."""

    field: str
    text: str


def staff_language(request: web.Request) -> Language:
    """The language asked for by `?lang=`, else the account's own, else the browser's."""
    wished = request.query.get("lang", "")
    if wished in LANGUAGES:
        return spoken(wished)
    own = request[ACTOR].language if ACTOR in request else None
    return spoken(own) if own else asked_language(request)


def link(request: web.Request, path: str, **query: str) -> str:
    """`path` with `query`, in the language that was asked for by `?lang=`."""
    wished = request.query.get("lang", "")
    asked = {"lang": wished} if wished in LANGUAGES else {}
    values = {name: value for name, value in {**query, **asked}.items() if value}
    return f"{path}?{urlencode(values)}" if values else path


def go(request: web.Request, path: str, **query: str) -> web.Response:
    """On to `path` by GET, so that a reload repeats nothing."""
    headers = {**HEADERS, "Location": link(request, path, **query), "Cache-Control": "no-store"}
    return web.Response(status=303, headers=headers)


def staff_page(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    here: str | None = None,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> web.Response:
    """A page of staff. `here`: where the language switch leads, if not to the address that was asked for."""
    language = staff_language(request)
    actor = request.get(ACTOR)
    menu, path = _menu(actor), here or request.path
    query = {} if here else {name: value for name, value in request.query.items() if name != "lang"}
    return page(
        template,
        language,
        status=status,
        switch={tag: f"{path}?{urlencode({**query, 'lang': tag})}" for tag in LANGUAGES},
        headers={**HEADERS, **(headers or {})},
        actor=actor,
        menu=menu,
        part=_part(menu, path),
        path=path,
        asked_language=request.query["lang"] if request.query.get("lang") in LANGUAGES else "",
        moment=lambda at: _moment(at, language, request.app[PARTS].clock()),
        link=lambda path, **query: link(request, path, **query),
        idle_s=int(IDLE.total_seconds()) - _NOTED_S,
        left_s=_left_s(request),
        **values,
    )


def refused_field(request: web.Request, invalid: Invalid) -> Wrong:
    """What an act refused, at the input it is about; the first of the titles, which are three."""
    text = say(staff_language(request), f"staff.invalid_{invalid.field}_{invalid.code}")
    return Wrong(f"title-{LANGUAGES[0]}" if invalid.field == "title" else invalid.field, text)


def staff_error(request: web.Request, refusal: Refused) -> web.Response:
    """What staff see instead of a page: what happened, and where to go on."""
    kind = _kind(request, refusal)
    here = HOME if ACTOR in request else SIGN_IN
    return staff_page(request, "staff/error.html", status=refusal.status, here=here, kind=kind)


def act_words(language: Language, act: str) -> str:
    """An act of the audit in words; as it is where there are none."""
    return catalogue(language).get(f"staff.act_{act.replace('.', '_')}", act)


def _moment(at: datetime, language: Language, now: datetime) -> str:
    """`ma 30.11. klo 9.00`; with its year where it is another than this one."""
    day = short_day(at, language) if local(at).year == local(now).year else full_day(at, language)
    return say(language, "staff.moment", day=day, time=clock(at, language))


def _left_s(request: web.Request) -> int:
    """How long the session can last at most."""
    if ACTOR not in request:
        return 0
    return int((request[ACTOR].ends_at - request.app[PARTS].clock()).total_seconds())


def _menu(actor: Actor | None) -> list[tuple[str, str]]:
    return [(path, text) for path, text, right in _MENU if actor is not None and may(actor, right)]


def _part(menu: list[tuple[str, str]], path: str) -> str:
    """The path in the menu that `path` lies below, the nearest one."""
    return max((to for to, _ in menu if f"{path}/".startswith(f"{to}/")), key=len, default="")


def _kind(request: web.Request, refusal: Refused) -> str:
    """Which words of `staff.error_…` tell of it. A 403 is about the role only where somebody is signed in."""
    if refusal.status == 403:
        return "request" if ACTOR not in request else "no_unit" if _lacks_only_a_unit(request) else "403"
    return str(refusal.status) if refusal.status in _ERRORS else "server" if refusal.status >= 500 else "request"


def _lacks_only_a_unit(request: web.Request) -> bool:
    route, actor = declaration(request), request[ACTOR]
    if route is None or not isinstance(route.access, Right) or actor.units:
        return False
    return any(RULES[route.access].get(role) is Reach.UNITS for role in actor.roles)
