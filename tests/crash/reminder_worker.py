"""A worker process of the tests that reminds and mails: `reminder_worker.py DATABASE-URL FOLDER SECRET`.

Leases are short, so that nobody waits long for the jobs of one that was killed.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot.appointments.outgoing import mail_sender
from bot.appointments.reminders import reminders
from bot.settings import Settings
from knowledge.model import KnowledgeBase
from services.appointments.reminding import REMIND
from services.clock import utc_now
from services.database import Database
from services.jobs.kinds import Kind
from services.jobs.runner import Runner
from services.outbox.acts import MAIL

LEASE = timedelta(seconds=2)
POLL_S = 0.5


async def work(url: str, folder: Path, secret: str) -> None:
    settings, database = Settings(), Database(url)
    base = KnowledgeBase(units=(), entries=())
    kinds = {
        REMIND: Kind(reminders(settings, secret, lambda: base), LEASE),
        MAIL: Kind(mail_sender(settings, folder, database), LEASE),
    }
    Runner(database, utc_now, kinds, poll=POLL_S).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
