"""Reading a posted form: never too long, and only what is text."""

from __future__ import annotations

from unicodedata import normalize

from aiohttp import web

from bot.web.body import reading
from bot.web.refusals import Refused

MOST = 64 * 1024


class Form:
    """What was typed and chosen, in NFC; a field that was not sent is empty."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        return next((value for key, value in self._fields if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of `name`: the boxes that were checked."""
        return tuple(value for key, value in self._fields if key == name)


async def read_form(request: web.Request) -> Form:
    """The posted form, at most 64 KiB of it.

    Raises Refused: 400 for what is no text (PostgreSQL stores no NUL), 408, 413, 415.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refused(415, "UnsupportedMediaType", "the body must be a form")
    async with reading():
        if len(await request.read()) > MOST:
            raise Refused(413, "RequestEntityTooLarge", f"the form has more than {MOST} bytes")
    try:
        posted = await request.post()
        fields = [(normalize("NFC", name), normalize("NFC", str(value))) for name, value in posted.items()]
        readable = not any(b"\0" in text.encode() for field in fields for text in field)
    except (ValueError, LookupError):
        readable = False
    if not readable:
        raise Refused(400, "MalformedForm", "the form cannot be read")
    return Form(fields)


async def form_value(request: web.Request, name: str) -> str:
    """One value of a posted form; empty where it is missing. Raises Refused."""
    return (await read_form(request))[name]
