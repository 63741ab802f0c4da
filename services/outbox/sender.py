"""Sending a mail: the handler of the outbox's jobs.

A mail that was sent but not marked (the process died in between) is sent again after the job's lease, with the same
Message-ID: twice at worst, never lost.
"""

from __future__ import annotations

from datetime import timedelta

from services.database import Database
from services.errors import NotFound
from services.jobs.kinds import Act, NotNow, Refused
from services.jobs.leases import Job
from services.outbox.acts import find, mark_sent
from services.outbox.delivery import Delivery, Rejected, Unreachable
from services.outbox.message import message

UNREACHABLE_PAUSE = timedelta(seconds=30)


class Sender:
    """Sends the mails of `database` by `deliver`, in the name of `mail_from`."""

    def __init__(self, database: Database, deliver: Delivery, mail_from: str) -> None:
        self._database = database
        self._deliver = deliver
        self._mail_from = mail_from

    async def __call__(self, job: Job) -> Act:
        """Send the mail that is the job's subject. Raises Refused, NotNow."""
        row_id = job.subject or ""
        try:
            written = await self._database.read(find, row_id)
            mime = message(written, self._mail_from)
        except NotFound:
            raise Refused("no such mail", final=True) from None
        except ValueError as error:  # no message can be made of it, today or tomorrow
            raise Refused(f"mail cannot be written: {type(error).__name__}", final=True) from error
        try:
            await self._deliver(mime, row_id)
        except Unreachable as error:
            raise NotNow(str(error), UNREACHABLE_PAUSE) from error
        except Rejected as refused:
            raise Refused(str(refused), final=refused.final) from refused
        return lambda tx, now: mark_sent(tx, row_id, now)
