"""Reminding of an appointment: a job that is nothing but an act, written with the content of its moment."""

from __future__ import annotations

from collections.abc import Callable

from bot.appointments.mails import composer
from bot.settings import Settings
from knowledge.model import KnowledgeBase
from services.appointments.telling import remind
from services.jobs.kinds import Act, Handler
from services.jobs.leases import Job


def reminders(settings: Settings, secret: str, base: Callable[[], KnowledgeBase]) -> Handler:
    """The handler: the messages are put with the mark that the job is done, so each reminder is sent exactly once."""

    async def handle(job: Job) -> Act:
        compose = composer(base(), settings)
        return lambda tx, now: remind(tx, job.subject or "", job.body, now, secret, compose)

    return handle
