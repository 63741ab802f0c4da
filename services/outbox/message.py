"""The internet message (RFC 5322) of an outbox row."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from services.outbox.acts import Written

CALENDAR_FILE = "porina.ics"


def message(written: Written, sender: str) -> EmailMessage:
    """Text, the invitation as an alternative that calendars act on (RFC 6047), and the same as a file.

    Always the same Message-ID for the same row, so that a mail sent twice is shown once.
    """
    mail = written.mail
    mime = EmailMessage(SMTP)
    mime["From"] = Address("Porina", addr_spec=sender)
    mime["To"] = mail.recipient
    mime["Subject"] = mail.subject
    mime["Date"] = written.created_at
    mime["Message-ID"] = f"<{written.id}@{sender.rpartition('@')[2]}>"
    mime["Auto-Submitted"] = "auto-generated"
    mime["Content-Language"] = mail.language
    mime.set_content(mail.text)
    if mail.calendar is not None and mail.calendar_method is not None:
        mime.add_alternative(mail.calendar, subtype="calendar", params={"method": mail.calendar_method}, cte="base64")
        mime.add_attachment(mail.calendar.encode(), maintype="application", subtype="ics", filename=CALENDAR_FILE)
    return mime
