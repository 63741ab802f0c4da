"""Slots: an expert's interval at one place, and the ids that name them. Pure."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from services.appointments.shifts import EPOCH

NEAREST = 3


def utc_text(moment: datetime) -> str:
    """`moment` in RFC 3339, to the second: `2026-11-30T07:00:00Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


@dataclass(frozen=True, slots=True)
class Slot:
    """One expert's interval (UTC) at one place, good for exactly one appointment, in any one of `languages`."""

    id: str
    expert: str
    topic: str
    place: str
    start: datetime
    end: datetime
    languages: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """What another program needs of it, as JSON."""
        return {
            "id": self.id,
            "topic": self.topic,
            "start": utc_text(self.start),
            "end": utc_text(self.end),
            "place": self.place,
            "languages": list(self.languages),
        }


class Address(NamedTuple):
    """What a slot id says; it grants nothing and may name a time that does not exist."""

    expert: str
    topic: str
    place: str
    start: datetime


def encode(expert: str, topic: str, place: str, start: datetime) -> str:
    """The slot id of an address (URL-safe text)."""
    minutes = (start - EPOCH) // timedelta(minutes=1)
    return base64.urlsafe_b64encode(f"{expert}~{topic}~{place}~{minutes}".encode()).rstrip(b"=").decode()


def decode(slot_id: str) -> Address | None:
    """The address in a slot id; None where the text is not exactly what `encode` makes."""
    if len(slot_id) > 400 or not slot_id.isascii():
        return None
    try:
        expert, topic, place, minutes = (
            base64.urlsafe_b64decode(slot_id + "=" * (-len(slot_id) % 4)).decode().split("~")
        )
        address = Address(expert, topic, place, EPOCH + timedelta(minutes=int(minutes)))
    except (ValueError, OverflowError, binascii.Error):
        return None
    return address if encode(*address) == slot_id else None
