"""Where the product's mail goes."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from services.database import Database
from services.outbox.delivery import MailFolder, MailServer
from services.outbox.sender import Sender


def mail_sender(settings: Settings, data: Path, database: Database) -> Sender:
    """The sender to the settings' mail server, or into the folder `mail` in the data folder."""
    deliver = MailServer(settings.smtp_url) if settings.smtp_url else MailFolder(data / "mail")
    return Sender(database, deliver, settings.mail_from)
