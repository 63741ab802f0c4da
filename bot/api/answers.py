"""JSON that only the caller may keep: tokens, and what a citizen has booked."""

from __future__ import annotations

from typing import Any

from aiohttp import web


def private(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """`body` as an answer that no cache keeps."""
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store", **(headers or {})})
