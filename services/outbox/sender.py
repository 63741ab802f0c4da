"""The task that empties the outbox: woken after a commit, and by itself every few seconds in case nobody woke it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from services.clock import Clock
from services.database import Database
from services.outbox.acts import give_back, give_up, lease_next, mark_sent, postpone
from services.outbox.delivery import Delivery, Rejected, Unreachable
from services.outbox.message import message

POLL = 5.0
UNREACHABLE_PAUSE = 30.0

log = logging.getLogger("porina.outbox")


class Sender:
    """Sends due mail from `database` by `deliver`, in the name of `mail_from`. Start it in a running event loop."""

    def __init__(self, database: Database, deliver: Delivery, mail_from: str, clock: Clock) -> None:
        self._database = database
        self._deliver = deliver
        self._mail_from = mail_from
        self._clock = clock
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._run(), name="outbox-sender")

    def wake(self) -> None:
        """Say that something was put into the outbox and committed."""
        self._woken.set()

    async def stop(self) -> None:
        """Stop at once; a mail on its way stays leased and is sent again after a restart."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def send_due(self) -> int:
        """Send everything that is due; how many were sent. Raises Unreachable where nothing can be sent now."""
        sent = 0
        while (due := await self._database.transaction(lease_next, self._clock())) is not None:
            try:
                await self._deliver(message(due, self._mail_from), due.id)
            except Unreachable as error:
                await self._database.transaction(give_back, due, str(error))
                raise
            except Rejected as refused:
                log.warning("mail not accepted", extra={"fields": {"mail": due.id, "reason": str(refused)}})
                settle = give_up if refused.final else postpone
                await self._database.transaction(settle, due, str(refused), self._clock())
            except ValueError as error:  # no message can be made of it, today or tomorrow
                log.error("mail cannot be written", extra={"fields": {"mail": due.id, "reason": type(error).__name__}})
                await self._database.transaction(give_up, due, type(error).__name__, self._clock())
            else:
                await self._database.transaction(mark_sent, due.id, self._clock())
                sent += 1
        return sent

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.send_due()
            except Unreachable as error:
                log.warning("no mail can be sent now", extra={"fields": {"reason": str(error)}})
                await asyncio.sleep(UNREACHABLE_PAUSE)
                continue
            except Exception:
                log.exception("the sender stumbled and goes on")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL)
