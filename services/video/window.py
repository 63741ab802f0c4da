"""When a room can be entered. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, Protocol

from services.appointments.life import SETTLED_AFTER
from services.video.records import Role

Window = Literal["early", "open", "over", "cancelled"]

BEFORE: dict[Role, timedelta] = {"citizen": timedelta(minutes=15), "host": timedelta(minutes=30)}
AFTER = SETTLED_AFTER
OFF = ("cancelled", "displaced", "phone")
"""States of an appointment that is not held by video (any more, or not yet)."""


class Planned(Protocol):
    """What of an appointment matters here; times are UTC."""

    @property
    def state(self) -> str: ...

    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime: ...


def opens_at(appointment: Planned, role: Role) -> datetime:
    """From when on somebody of `role` may come."""
    return appointment.start - BEFORE[role]


def closes_at(appointment: Planned) -> datetime:
    """From when on nobody may come any more."""
    return appointment.end + AFTER


def window(appointment: Planned, now: datetime, role: Role = "citizen") -> Window:
    """Whether somebody of `role` may come at `now`, and why not."""
    if appointment.state in OFF:
        return "cancelled"
    if now < opens_at(appointment, role):
        return "early"
    return "open" if now < closes_at(appointment) else "over"
