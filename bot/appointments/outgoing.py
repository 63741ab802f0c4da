"""Where the product's mail and text messages go."""

from __future__ import annotations

from pathlib import Path

from bot.appointments.gateway import HttpGateway, NoGateway
from bot.settings import Settings
from services.database import Database
from services.outbox.delivery import MailFolder, MailServer
from services.outbox.sender import Sender
from services.outbox.texting import TextSender


def mail_sender(settings: Settings, data: Path, database: Database) -> Sender:
    """The sender to the settings' mail server, or into the folder `mail` in the data folder."""
    deliver = MailServer(settings.smtp_url) if settings.smtp_url else MailFolder(data / "mail")
    return Sender(database, deliver, settings.mail_from)


def text_sender(settings: Settings, database: Database) -> TextSender:
    """The sender to the settings' gateway; without one, messages that were written before wait."""
    gateway = HttpGateway(settings.sms_url, settings.sms_token) if settings.sms_url else NoGateway()
    return TextSender(database, gateway)
