"""What a browser is told on the line of calls. Pure.

{"type": "hello", "expert": true | false, "available": true | false}   again where it was changed elsewhere
{"type": "ring", "call": ID, "topic", "place", "language": "…", "left": SECONDS}   somebody needs an expert
{"type": "taken", "call": ID, "by": "…"}   a colleague was first · {"type": "ended", "call": ID}   it is over
{"type": "accepted", "call": ID, "url": "…"}   to who accepted: the room · {"type": "busy", "call": ID}   they cannot
{"type": "call", "call": ID, "state": "ringing" | "accepted" | "nobody" | "withdrawn"}   to who called
{"type": "over"}   the session is over, and the line with it · {"type": "pong"}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any

from bot.appointments.offer import places
from bot.locale import say
from bot.locale.tongues import named
from knowledge.model import KnowledgeBase, Language
from services.calls.records import Call

Told = dict[str, Any]


def told(call: Call, me: str, rings: bool, base: KnowledgeBase, language: Language, now: datetime) -> Told:
    """The frame that tells the account `me` of a call that it made, that `rings` for it, or that rang."""
    if call.made_by == me:
        return {"type": "call", "call": call.id, "state": call.state}
    if rings:
        words = in_words(call, base, language)
        return {"type": "ring", "call": call.id, **words, "left": max(1, ceil((call.until - now).total_seconds()))}
    if call.state == "accepted" and call.taken_by != me:
        return taken(call.id, call.title, language)
    return {"type": "ended", "call": call.id}


def taken(call: str, title: Mapping[str, str], language: Language) -> Told:
    """That a colleague of this role title was first."""
    return {"type": "taken", "call": call, "by": who(title, language)}


def who(title: Mapping[str, str], language: Language) -> str:
    """What an expert is to others, never a person's name."""
    return title.get(language) or say(language, "staff.role_expert")


def in_words(call: Call, base: KnowledgeBase, language: Language) -> dict[str, str]:
    """What is asked for, where the citizen is, and what they speak."""
    topic = next((topic.name.in_(language) for topic in base.topics if topic.id == call.topic), call.topic)
    place = places(base).get(call.place)
    return {
        "topic": topic,
        "place": place.name.in_(language) if place else call.place,
        "language": named(call.language, language),
    }
