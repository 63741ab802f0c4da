"""What a browser is told on the line. Pure.

    {"type": "hello", "you": ID, "secret": "…", "seq": N, "state": "waiting" | "in", "people": […], "ice": […]}
    {"type": "people", "seq": N, "people": [{"id", "role", "name", "state": "waiting" | "in" | "away"}]}   all, always
    {"type": "admitted"} · {"type": "put_out"} · {"type": "full"} · {"type": "over"} · {"type": "elsewhere"}
    {"type": "signal", "seq": N, "from": ID, "body": {"description" | "candidate": …}}
    {"type": "said", "seq": N, "from": ID, "text": "…", "at": RFC 3339}
    {"type": "refused", "code": "…", "of": "say"}   a frame was not taken; the line stays
    {"type": "pong"}

Codes: malformed · forbidden · gone (whom it is about) · full · conflict · text_required, text_too_long, body_too_long.

After put_out, full, over and elsewhere (the same participant came on a newer line, as a copied tab does) the line ends,
and coming back by oneself makes no sense. Who waits sees hosts only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.meet.door import Arrival, News
from bot.meet.guests import Guest, name_of
from bot.settings import Settings
from knowledge.model import Language
from services.errors import Forbidden, Invalid, NotFound, Refusal, RoomFull
from services.video.records import PRESENCE, Person
from services.video.turn import ice_servers

Told = dict[str, Any]

_CODES = ((RoomFull, "full"), (Forbidden, "forbidden"), (NotFound, "gone"))


def hello(arrival: Arrival, guest: Guest, settings: Settings, now: datetime) -> Told:
    """The first frame."""
    entered, urls = arrival.entered, tuple(settings.turn_url)
    return {
        "type": "hello",
        "you": entered.participant,
        "secret": entered.secret,
        "seq": arrival.position,
        "state": entered.state,
        "people": seen_by(arrival.people, entered.participant, guest.language),
        "ice": ice_servers(urls, settings.turn_secret, entered.participant, guest.appointment, now),
    }


def refused(what: str, why: Refusal) -> Told:
    """That a frame of the type `what` was not taken."""
    if isinstance(why, Invalid):
        code = f"{why.field}_{why.code}"
    else:
        code = next((code for kind, code in _CODES if isinstance(why, kind)), "conflict")
    return {"type": "refused", "code": code, "of": what}


def told(found: News, me: str, language: Language, fresh: int = 0) -> list[Told]:
    """The frames that tell `found` to `me`, in order, but no signals before `fresh`."""
    frames: list[Told] = []
    for event in found.events:
        if event.kind == "put_out" and event.sender == me:
            return [*frames, {"type": "put_out"}]
        if event.kind == "admitted" and event.sender == me:
            frames.append({"type": "admitted"})
        if event.kind in PRESENCE:
            frames.append({"type": "people", "seq": event.seq, "people": seen_by(found.people, me, language)})
        elif event.kind == "said":
            at = event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            text = event.body["text"]
            frames.append({"type": "said", "seq": event.seq, "from": event.sender, "text": text, "at": at})
        elif event.seq >= fresh:
            frames.append({"type": "signal", "seq": event.seq, "from": event.sender, "body": dict(event.body)})
    return frames


def seen_by(people: Iterable[Person], me: str, language: Language) -> list[Told]:
    """The people in the room whom `me` may see, by what they are there."""
    everybody = list(people)
    waits = any(each.id == me and each.state == "waiting" for each in everybody)
    return [
        {"id": each.id, "role": each.role, "name": name_of(each.role, each.title, language), "state": each.state}
        for each in everybody
        if each.role == "host" or not waits
    ]
