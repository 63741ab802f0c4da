"""What participants tell each other: signals of WebRTC from one to one, and chat lines to all."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from services.errors import Forbidden, Invalid, NotFound
from services.privacy.masking import mask_text
from services.video.stream import hold_room_of, write
from services.video.tables import participants

SIGNAL_BYTES = 32 * 1024
TEXT_LENGTH = 2000

_UNWANTED = {"Cc", "Cs"}  # control characters, halves of surrogate pairs


def signal(tx: Connection, sender: str, to: str, body: Mapping[str, Any], now: datetime) -> int:
    """Send a session description or an ICE candidate to one other who is in; the event's number.

    Raises Invalid (field `body`: signal, too_long), Forbidden (the sender is not in), NotFound (the other is not).
    """
    _check(body)
    room = _room_of(tx, sender)
    other = select(participants.c.id).where(participants.c.id == to, participants.c.room_id == room)
    if to == sender or tx.execute(other.where(participants.c.state == "in")).first() is None:
        raise NotFound("participant")
    return write(tx, room, "signal", sender, now, to=to, body=body)


def say(tx: Connection, sender: str, text: str, now: datetime) -> int:
    """Say a chat line to all who are in, identity codes masked; the event's number.

    Raises Invalid (field `text`: required, too_long), Forbidden (the sender is not in).
    """
    line = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    line = "".join(each for each in line if each in "\n\t" or unicodedata.category(each) not in _UNWANTED).strip()
    if not line:
        raise Invalid("text", "required")
    if len(line) > TEXT_LENGTH:
        raise Invalid("text", "too_long")
    return write(tx, _room_of(tx, sender), "said", sender, now, body={"text": mask_text(line)[0]})


def _room_of(tx: Connection, sender: str) -> str:
    room = hold_room_of(tx, sender)
    here = select(participants.c.id).where(participants.c.id == sender, participants.c.state == "in")
    if room is None or tx.execute(here).first() is None:
        raise Forbidden("only who is in the room may")
    return room


def _check(body: Mapping[str, Any]) -> None:
    if set(body) not in ({"description"}, {"candidate"}):
        raise Invalid("body", "signal")
    try:
        size = len(json.dumps(body, ensure_ascii=False, allow_nan=False).encode())
    except ValueError as error:  # NaN, half a surrogate pair: what no JSON parser or database takes
        raise Invalid("body", "signal") from error
    if size > SIGNAL_BYTES:
        raise Invalid("body", "too_long")
