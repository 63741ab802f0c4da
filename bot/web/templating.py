"""Pages from templates: autoescaped, an unknown name is an error, every text from the catalogues.

A page family keeps its templates in `bot/FAMILY/templates/` and names them `FAMILY/page.html`; all extend
`web/base.html`. In a template `say("area.key", place=…)` speaks the page's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, partial
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from bot.locale import NAMES, catalogue, say
from bot.locale.dates import clock, day, short_day
from bot.web.static import BOT, static
from knowledge.model import LANGUAGES

_ERRORS = (404, 410, 429)
_ANY_DAY = date(2026, 1, 1)


@cache
def templates() -> Environment:
    """The environment with every template compiled and every catalogue and name of a day read.

    No request may wait for the disk.
    """
    loader = PrefixLoader({path.parent.name: FileSystemLoader(path) for path in sorted(BOT.glob("*/templates"))})
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=static, languages=NAMES)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    for name in environment.list_templates(extensions=("html",)):
        environment.get_template(name)
    for language in LANGUAGES:
        catalogue(language)
        short_day(_ANY_DAY, language)
    return environment


def render(template: str, language: str, **values: Any) -> str:
    """The template's HTML in `language`; dates by `day`, `short_day`, `clock`, texts by `say`, all in that language."""
    return (
        templates()
        .get_template(template)
        .render(
            language=language,
            say=partial(say, language),
            day=partial(day, language=language),
            short_day=partial(short_day, language=language),
            clock=partial(clock, language=language),
            **values,
        )
    )


def page(
    template: str,
    language: str,
    *,
    status: int = 200,
    switch: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> web.Response:
    """A page as an answer. `switch`: the address of the same page by language (the city pages where there is none)."""
    html = render(template, language, switch=switch or {tag: f"/{tag}" for tag in LANGUAGES}, status=status, **values)
    response = web.Response(
        text=html,
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={"Content-Language": language, "Cache-Control": "no-store", **(headers or {})},
    )
    response.enable_compression()
    return response


def error_page(language: str, status: int) -> web.Response:
    """What a person sees instead of a page: what happened, and where to go on."""
    kind = str(status) if status in _ERRORS else "server" if status >= 500 else "request"
    return page("web/error.html", language, status=status, kind=kind)
