"""The text message about an appointment: when, and the link. It never names the topic, and fits into one message.

160 characters of the GSM 7-bit alphabet are one message (3GPP TS 23.038); the link alone takes some 80.
"""

from __future__ import annotations

import re

from bot.locale import say, spoken
from bot.locale.dates import clock, short_day
from services.appointments.acts import Appointment, Kind
from services.outbox.acts import Sms

_FINLAND = "+358"
_SHORTEST = 8


def text_message(appointment: Appointment, kind: Kind, url: str) -> Sms | None:
    """The message with a link to `url`, the appointment's page; None where no number can be sent to."""
    number = international(appointment.phone or "")
    if number is None:
        return None
    language = spoken(appointment.language)
    when = {"day": short_day(appointment.start, language), "time": clock(appointment.start, language)}
    text = say(language, f"sms.{kind}", **when)
    demo = f" {say(language, 'sms.demo')}" if appointment.demo else ""
    return Sms(number, f"{text}{demo} {url}")


def international(phone: str) -> str | None:
    """A number as gateways take it (E.164): one that begins with 0 is Finnish. None where it cannot be told."""
    written = re.sub(r"[^+0-9]", "", phone.replace("(0)", ""))
    for prefix, code in (("+", "+"), ("00", "+"), ("0", _FINLAND), (_FINLAND[1:], _FINLAND)):
        if written.startswith(prefix):
            number = code + written.removeprefix(prefix)
            return number if len(number) > _SHORTEST else None
    return None
