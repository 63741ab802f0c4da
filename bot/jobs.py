"""What happens by itself: every kind of job, and when those come that come again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from aiohttp import web

from bot.appointments.outgoing import mail_sender, text_sender
from bot.appointments.reminders import reminders
from bot.channels.direct_line.purge import purge
from bot.feeds.reading import Feeds
from bot.parts import PARTS
from bot.settings import Settings
from knowledge.model import KnowledgeBase
from services.accounts.acts import forget_old as forget_old_access
from services.appointments.feeds import READ, READ_ONE, want_reading
from services.appointments.holding import EXPIRE, release_expired
from services.appointments.life import close as close_appointments
from services.appointments.life import forget_past as forget_past_times
from services.appointments.reminding import REMIND
from services.audit.acts import forget_old as forget_old_entries
from services.calls.acts import EXPIRE as END_CALLS
from services.calls.acts import expire as end_calls
from services.calls.acts import forget as forget_calls
from services.clock import Clock
from services.database import Database
from services.jobs.acts import forget_done
from services.jobs.kinds import Kind, inside
from services.jobs.recurring import Recurring
from services.jobs.runner import Runner
from services.outbox.acts import MAIL, SMS
from services.video.acts import forget as forget_rooms

RECURRING = (
    Recurring("uploads.purge", "0 * * * *"),
    Recurring("appointments.close", "*/15 * * * *"),
    Recurring(READ, "*/15 * * * *"),
    Recurring("jobs.forget", "15 3 * * *"),
    Recurring("accounts.forget", "30 3 * * *"),
    Recurring("audit.forget", "30 3 * * *"),
    Recurring("video.forget", "45 3 * * *"),
    Recurring("calls.forget", "45 3 * * *"),
    Recurring("appointments.forget_past", "50 3 * * *"),
)


def job_runner(
    settings: Settings,
    data: Path,
    database: Database,
    clock: Clock,
    secret: str,
    base: Callable[[], KnowledgeBase],
    feeds: Feeds | None = None,
) -> Runner:
    """The runner of all that the product does by itself; `base` gives the content that is in use at that moment.

    `feeds`: who reads outside calendars, if not one of its own.
    """
    kinds = {
        MAIL: Kind(mail_sender(settings, data, database)),
        SMS: Kind(text_sender(settings, database)),
        REMIND: Kind(reminders(settings, secret, base)),
        EXPIRE: Kind(inside(release_expired)),
        "appointments.close": Kind(inside(close_appointments)),
        "appointments.forget_past": Kind(inside(forget_past_times)),
        READ: Kind(inside(want_reading)),
        READ_ONE: Kind((feeds or Feeds(database, clock)).do),
        "uploads.purge": Kind(purge(data, database, clock)),
        "jobs.forget": Kind(inside(forget_done)),
        "accounts.forget": Kind(inside(forget_old_access)),
        "audit.forget": Kind(inside(forget_old_entries)),
        "video.forget": Kind(inside(forget_rooms)),
        END_CALLS: Kind(inside(end_calls)),
        "calls.forget": Kind(inside(forget_calls)),
    }
    return Runner(database, clock, kinds, RECURRING)


async def run_jobs(app: web.Application) -> AsyncIterator[None]:
    """For `app.cleanup_ctx`: does jobs until the application stops."""
    jobs = app[PARTS].jobs
    jobs.start()
    yield
    await jobs.stop()
