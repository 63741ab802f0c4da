"""Rooms of a Jitsi server, by its token document (jitsi/lib-jitsi-meet, doc/tokens.md).

A room's name is derived from the appointment and cannot be guessed. A token opens that room only, around the time of
the appointment, and tells nothing of a person but what they are there.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import jwt

from bot.settings import Settings
from services.appointments.records import Booked
from services.ids import derived_token, digest
from services.video.records import Role
from services.video.window import closes_at, opens_at


def room_name(secret: str, appointment: str) -> str:
    """The appointment's room. In small letters: Jitsi folds the case of names, and a token's must be the same."""
    return digest(derived_token(secret, "jitsi", appointment))


def room_address(settings: Settings, secret: str, appointment: Booked, role: Role, name: str) -> str:
    """Where `role`, shown as `name`, enters the room: an address that opens it, so it is for this browser alone."""
    room = room_name(secret, appointment.id)
    claims = {
        "iss": settings.jitsi_app_id,
        "aud": settings.jitsi_app_id,
        "sub": urlsplit(settings.jitsi_url or "").hostname,
        "room": room,
        "nbf": int(opens_at(appointment, "citizen").timestamp()),
        "exp": int(closes_at(appointment).timestamp()),
        "context": {"user": {"name": name} | ({"moderator": True} if role == "host" else {})},
    }
    token = jwt.encode(claims, settings.jitsi_secret or "", algorithm="HS256")
    return f"{settings.jitsi_url}/{room}?{urlencode({'jwt': token})}"
