"""Who did what, and who looked at what."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.admin.views import audit_page
from bot.parts import PARTS
from services.accounts.records import Account, people
from services.audit.acts import Entry, entries

PAGE = 50
_LARGEST = 2**31 - 1


async def show_audit(request: web.Request) -> web.Response:
    """A page of entries; `before`, `by` and `subject` narrow them down."""
    by, subject = request.query.get("by", ""), request.query.get("subject", "")
    found, named = await request.app[PARTS].database.read(_look, _number(request.query.get("before", "")), by, subject)
    return audit_page(request, found[:PAGE], named, by=by, subject=subject, more=len(found) > PAGE)


def _look(tx: Any, before: int | None, by: str, subject: str) -> tuple[list[Entry], list[Account]]:
    return entries(tx, before=before, limit=PAGE + 1, by=by or None, subject=subject or None), people(tx)


def _number(text: str) -> int | None:
    """An entry's number; None for what can be none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if 0 < number <= _LARGEST else None
