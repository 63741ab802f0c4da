"""What happens by itself: every kind of job, and when those come that come again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from bot.appointments.outgoing import mail_sender
from bot.channels.direct_line.purge import purge
from bot.parts import PARTS
from bot.settings import Settings
from services.accounts.acts import forget_old as forget_old_access
from services.audit.acts import forget_old as forget_old_entries
from services.clock import Clock
from services.database import Database
from services.jobs.acts import forget_done
from services.jobs.kinds import Kind, inside
from services.jobs.recurring import Recurring
from services.jobs.runner import Runner
from services.outbox.acts import MAIL
from services.video.acts import forget as forget_rooms

RECURRING = (
    Recurring("uploads.purge", "0 * * * *"),
    Recurring("jobs.forget", "15 3 * * *"),
    Recurring("accounts.forget", "30 3 * * *"),
    Recurring("audit.forget", "30 3 * * *"),
    Recurring("video.forget", "45 3 * * *"),
)


def job_runner(settings: Settings, data: Path, database: Database, clock: Clock) -> Runner:
    """The runner of all that the product does by itself."""
    kinds = {
        MAIL: Kind(mail_sender(settings, data, database)),
        "uploads.purge": Kind(purge(data, database, clock)),
        "jobs.forget": Kind(inside(forget_done)),
        "accounts.forget": Kind(inside(forget_old_access)),
        "audit.forget": Kind(inside(forget_old_entries)),
        "video.forget": Kind(inside(forget_rooms)),
    }
    return Runner(database, clock, kinds, RECURRING)


async def run_jobs(app: web.Application) -> AsyncIterator[None]:
    """For `app.cleanup_ctx`: does jobs until the application stops."""
    jobs = app[PARTS].jobs
    jobs.start()
    yield
    await jobs.stop()
