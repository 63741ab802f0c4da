"""What happens by itself: what waits, and what was given up and may be tried again."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.admin.views import JOBS, jobs_page
from bot.parts import PARTS
from bot.staff.pages import go
from bot.web.sessions import ACTOR
from services.errors import Conflict
from services.jobs.acts import JobRow, dead, retry, waiting


async def show_jobs(request: web.Request) -> web.Response:
    return jobs_page(request, *await request.app[PARTS].database.read(_look))


async def retry_job(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    try:
        await parts.database.transaction(retry, request.match_info["job"], parts.clock(), request[ACTOR].account)
    except Conflict:
        return jobs_page(request, *await parts.database.read(_look), conflict=True)
    parts.jobs.wake()
    return go(request, JOBS, done="retried")


def _look(tx: Any) -> tuple[list[JobRow], list[JobRow]]:
    return dead(tx), waiting(tx)
