"""Takes changed content into use: a new revision in the database, or a new day (entries have a first and a last one).

The new index is made from the old one in a thread and swapped as a whole; a turn that has begun keeps the old.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

from aiohttp import web

from bot.parts import PARTS, Parts
from knowledge.meaning.sentences import Unavailable
from knowledge.reading import deepened
from knowledge.store import Known, know_changed, load, published
from services.clock import local
from services.content.acts import revision
from services.errors import DatabaseAway

LOOK_S = 5.0

log = logging.getLogger("porina.content")


async def refresh(parts: Parts) -> bool:
    """Swap in newer content if there is any; whether there was."""
    today = local(parts.clock()).date()
    if await parts.database.read(revision) == parts.known.revision and today == parts.known_on:
        return False

    def build() -> Known:
        number, base = load(parts.database)
        return know_changed(parts.known, published(base, today), number)

    parts.known = await asyncio.to_thread(build)
    parts.known_on = today
    return True


async def deepen(parts: Parts) -> None:
    """Let messages be read by meaning too, once the vectors of the content are there; until then words must do."""
    known, sentences = parts.known, parts.sentences
    if sentences is None or known.matcher.knows_meanings:
        return
    try:
        matcher = await asyncio.to_thread(deepened, known.matcher, sentences)
    except Unavailable:
        return  # the model said so itself when it could not be loaded
    if parts.known is known:
        parts.known = replace(known, matcher=matcher)
        gc.freeze()  # the model and its engine live as long as the process, as what bot/commands/serve.py settles


async def watch_content(app: web.Application) -> AsyncIterator[None]:
    """For `app.cleanup_ctx`: looks every few seconds until the application stops."""
    parts = app[PARTS]

    async def look() -> None:
        while True:
            try:
                await deepen(parts)
                await asyncio.sleep(LOOK_S)
                await refresh(parts)
            except DatabaseAway:
                log.info("content cannot be looked at; the old one stays in use")
            except Exception:
                log.exception("content could not be refreshed; the old one stays in use")

    task = asyncio.create_task(look())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
