"""Direct Line's one error shape."""

from __future__ import annotations

from aiohttp import web

from bot.web.refusals import Refused


def direct_line_error(_request: web.Request, _error: Exception, refusal: Refused) -> web.Response:
    """`{"error": {"code", "message"}}`; codes are stable, messages are for developers."""
    body = {"error": {"code": refusal.code, "message": refusal.message}}
    return web.json_response(body, status=refusal.status, headers={"Cache-Control": "no-store"})
