"""Time-limited credentials for a TURN server. Pure.

The rule is coturn's `use-auth-secret` ("REST API For Access To TURN Services", draft-uberti-behave-turn-rest-00): the
user name says until when it is good, the password is its HMAC-SHA1 under a secret that only the two servers know.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.video.window import Planned, closes_at

LONGEST = timedelta(hours=12)


def ice_servers(
    urls: Sequence[str], secret: str | None, participant: str, appointment: Planned, now: datetime
) -> list[dict[str, Any]]:
    """The list that RTCPeerConnection takes as `iceServers`. `urls`: stun:, turn:, turns:.

    Credentials are good until the room closes, and 12 hours at most. Without a secret there is no TURN server.
    """
    stun = [url for url in urls if url.startswith("stun")]
    turn = [url for url in urls if url.startswith("turn")]
    servers: list[dict[str, Any]] = [{"urls": stun}] if stun else []
    if turn and secret:
        until = min(now + LONGEST, closes_at(appointment))
        username = f"{int(until.timestamp())}:{participant}"
        servers.append({"urls": turn, "username": username, "credential": _credential(secret, username)})
    return servers


def _credential(secret: str, username: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()).decode()
