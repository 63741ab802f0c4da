"""What happens to every request, outermost first: log line and headers, errors in words, origins, staff's rights."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter
from urllib.parse import unquote_to_bytes

from aiohttp import web

from bot.channels.direct_line.errors import direct_line_error
from bot.locale import spoken
from bot.log import fault
from bot.parts import PARTS
from bot.staff.pages import staff_error
from bot.web.origins import check_origin, cors_headers
from bot.web.problems import asked_language, problem_document
from bot.web.refusals import Refused, refused
from bot.web.routes import Handler, declaration
from bot.web.security import security_headers
from bot.web.sessions import access
from bot.web.templating import error_page
from services.ids import new_id

_access = logging.getLogger("porina.access")
_errors = logging.getLogger("porina.error")

InWords = Callable[[web.Request, Exception, Refused], web.Response]


@web.middleware
async def finish(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Headers on every answer, and a log line with the route's pattern: no path, query or address stands in it."""
    started = perf_counter()
    route = declaration(request)
    response = await handler(request)
    if not response.prepared:
        for name, value in security_headers(request.app[PARTS].settings.public_url).items():
            response.headers.setdefault(name, value)
        response.headers.update(cors_headers(request, route))
    if _access.isEnabledFor(logging.INFO):
        fields = {
            "method": request.method if route else "?",
            "route": route.path if route else "?",
            "status": response.status,
            "ms": round((perf_counter() - started) * 1000, 1),
        }
        _access.info("request", extra={"fields": fields})
    return response


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals, and faults of ours with an id that is in the log too, in the words of whoever called."""
    try:
        return await handler(request)
    except Exception as error:
        if isinstance(error, web.HTTPException) and error.status < 400:
            return web.Response(status=error.status, headers={"Location": error.headers.get("Location", "/")})
        refusal = refused(error)
        if refusal is None:
            refusal = _fault(request, error)
        response = _words(request)(request, error, refusal)
        response.headers.update(refusal.headers)
        return response


def _fault(request: web.Request, error: Exception) -> Refused:
    number = new_id()
    route = declaration(request)
    fields = {"id": number, "route": route.path if route else "?", **fault(error)}
    _errors.error("unexpected", extra={"fields": fields})
    return Refused(500, "InternalError", f"something went wrong on our side; it was recorded as {number}")


@web.middleware
async def origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse addresses that are no text, and foreign pages."""
    raw = request.raw_path
    if "%" in raw or not raw.isascii():
        try:
            readable = "\0" not in unquote_to_bytes(raw).decode()
        except UnicodeError:
            readable = False
        if not readable:
            raise Refused(400, "BadAddress", "the address is not valid UTF-8")
    check_origin(request, declaration(request))
    return await handler(request)


def _page(request: web.Request, _error: Exception, refusal: Refused) -> web.Response:
    return error_page(spoken(request.path.split("/")[1], asked_language(request)), refusal.status)


def _staff(request: web.Request, _error: Exception, refusal: Refused) -> web.Response:
    return staff_error(request, refusal)


def _words(request: web.Request) -> InWords:
    path = request.path
    route = declaration(request)
    if route is not None and route.is_for_staff:
        return _staff
    if path.startswith("/v3/directline"):
        return direct_line_error
    if path.startswith("/api/"):
        return problem_document
    return _page


MIDDLEWARE = (finish, errors, origins, access)
