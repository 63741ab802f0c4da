"""`/` in the browser's language, `/fi` `/sv` `/en`: the city page with the chat; and a talk as a text file."""

from __future__ import annotations

from aiohttp import web

from bot.citizen.transcript import transcript
from bot.citizen.views import contact, is_demo, other_languages, script_texts
from bot.locale import spoken
from bot.parts import PARTS
from bot.web.language import preferred
from bot.web.routes import Access, Route
from bot.web.templating import page, templates
from knowledge.model import LANGUAGES, Language


def citizen_routes() -> tuple[Route, ...]:
    """The routes of the city page; compiles all templates and reads the notices now."""
    templates()
    other_languages()
    return (
        Route("GET", "/", front, Access.PUBLIC),
        *(Route("GET", f"/{language}", city, Access.PUBLIC) for language in LANGUAGES),
        Route("GET", "/api/v1/conversations/{conversation}/transcript", transcript, Access.CONVERSATION),
    )


async def front(request: web.Request) -> web.Response:
    """The page in the first of the browser's languages that we speak."""
    return _city(request, preferred(request.headers.get("Accept-Language", "")))


async def city(request: web.Request) -> web.Response:
    return _city(request, spoken(request.path.removeprefix("/")))


def _city(request: web.Request, language: Language) -> web.Response:
    parts = request.app[PARTS]
    base = parts.known.base
    return page(
        "citizen/city.html",
        language,
        headers={"Vary": "Accept-Language, Accept-Encoding"},
        contact=contact(base, parts.clock(), language),
        demo=is_demo(base),
        notices=other_languages(),
        texts=dict(script_texts()),
    )
