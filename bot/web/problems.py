"""Problem documents (RFC 9457): why the JSON API refuses something, in the language that was asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.locale import catalogue, say
from bot.web.language import preferred
from bot.web.refusals import Refused
from knowledge.model import Language
from services.errors import Invalid, SlotTaken

LANGUAGE: web.RequestKey[Language] = web.RequestKey("language")


class InvalidFields(Refused):
    """Values that cannot be right: pairs of field and code (`api.invalid_CODE` in the catalogues)."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(422, "Invalid", "some values cannot be right")
        self.errors = tuple(errors)


def asked_language(request: web.Request) -> Language:
    """The language a request named itself (`request[LANGUAGE]`), or the best of Accept-Language that we speak."""
    return request[LANGUAGE] if LANGUAGE in request else preferred(request.headers.get("Accept-Language", ""))


def problem_document(request: web.Request, error: Exception, refusal: Refused) -> web.Response:
    """The answer to a refused request: `errors` for wrong values, `alternatives` for a taken time."""
    language = asked_language(request)
    members: dict[str, Any] = {}
    if isinstance(error, InvalidFields):
        members["errors"] = [_wrong(language, field, code) for field, code in error.errors]
    elif isinstance(error, Invalid):
        members["errors"] = [_wrong(language, error.field, error.code)]
    elif isinstance(error, SlotTaken):
        members["alternatives"] = [slot.plain() for slot in error.alternatives]
    return problem(language, refusal.status, refusal.code, **members)


def problem(language: Language, status: int, code: str, **members: Any) -> web.Response:
    """A problem of the kind `code` (CamelCase), with the members that its kind adds."""
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", code).lower()
    body = {
        "type": f"urn:porina:problem:{kind}",
        "title": _title(language, status, kind),
        "status": status,
        **members,
    }
    return web.Response(
        text=json.dumps(body, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
        headers={"Content-Language": language, "Cache-Control": "no-store"},
    )


def _title(language: Language, status: int, kind: str) -> str:
    key = f"api.problem_{kind.replace('-', '_')}"
    if key in catalogue(language):
        return say(language, key)
    return say(language, "api.problem_server" if status >= 500 else "api.problem_request")


def _wrong(language: Language, field: str, code: str) -> dict[str, str]:
    return {"field": field, "message": say(language, f"api.invalid_{code}")}
