"""Deleting the files that were kept for a day."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.channels.direct_line.files import delete, delete_old
from services.clock import Clock
from services.database import Database
from services.jobs.kinds import Act, Handler
from services.jobs.leases import Job
from services.uploads.acts import forget, outdated


def purge(data: Path, database: Database, clock: Clock) -> Handler:
    """The handler that deletes old files, then their rows; where it dies in between, it is safe to begin anew."""

    async def handle(_job: Job) -> Act:
        now = clock()
        known = await database.read(outdated, now)
        await asyncio.to_thread(delete, data, known)
        await asyncio.to_thread(delete_old, data, now)
        return lambda tx, _: forget(tx, now)

    return handle
