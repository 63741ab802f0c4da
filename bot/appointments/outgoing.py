"""Mail going out while the product runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from bot.parts import PARTS
from bot.settings import Settings
from services.clock import Clock
from services.database import Database
from services.outbox.delivery import MailFolder, MailServer
from services.outbox.sender import Sender


def sender(settings: Settings, data: Path, database: Database, clock: Clock) -> Sender:
    """The sender of the settings' mail server, or of the folder `mail` in the data folder."""
    deliver = MailServer(settings.smtp_url) if settings.smtp_url else MailFolder(data / "mail")
    return Sender(database, deliver, settings.mail_from, clock)


async def send_mail(app: web.Application) -> AsyncIterator[None]:
    """Send as long as the application runs."""
    outbox = app[PARTS].outbox
    outbox.start()
    yield
    await outbox.stop()
