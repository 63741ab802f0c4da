"""Sending a text message: the handler of its jobs.

As with mails, one that was sent but not marked is handed over again: with the same id, by which a gateway knows it.
"""

from __future__ import annotations

from typing import Protocol

from services.database import Database
from services.errors import NotFound
from services.jobs.kinds import Act, NotNow, Refused
from services.jobs.leases import Job
from services.outbox.acts import Sms, find_text, mark_text_sent
from services.outbox.delivery import Rejected, Unreachable
from services.outbox.sender import UNREACHABLE_PAUSE


class Gateway(Protocol):
    """Hands one text message over. Raises Unreachable, Rejected."""

    async def __call__(self, sms: Sms, row_id: str) -> None: ...


class TextSender:
    """Sends the text messages of `database` by `gateway`."""

    def __init__(self, database: Database, gateway: Gateway) -> None:
        self._database = database
        self._gateway = gateway

    async def __call__(self, job: Job) -> Act:
        """Send the text message that is the job's subject. Raises Refused, NotNow."""
        row_id = job.subject or ""
        try:
            sms = await self._database.read(find_text, row_id)
        except NotFound:
            raise Refused("no such text message", final=True) from None
        try:
            await self._gateway(sms, row_id)
        except Unreachable as error:
            raise NotNow(str(error), UNREACHABLE_PAUSE) from error
        except Rejected as refused:
            raise Refused(str(refused), final=refused.final) from refused
        return lambda tx, now: mark_text_sent(tx, row_id, now)
