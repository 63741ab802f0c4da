"""What the city page shows beside the chat, and the words it gives to the chat's script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from bot.dialog.facts import opening
from bot.locale import catalogue
from bot.locale.notices import notices
from bot.locale.tongues import Tongue, named, tongue
from knowledge.hours import status
from knowledge.model import LANGUAGES, KnowledgeBase

UNIT = "asiakaspalvelu"
DEMO = "demo"
LONGEST_MESSAGE = 10_000

_MAP = "https://www.openstreetmap.org/search?query="
_LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
_SCRIPT_TEXTS = "pages.chat_"


@dataclass(frozen=True, slots=True)
class Contact:
    """The service point as facts; an empty text where the content knows nothing. `open_now` None: hours unknown."""

    name: str
    address: str
    map_url: str
    open_now: bool | None
    hours: str
    phone: str
    email: str
    web: str
    web_name: str


def contact(base: KnowledgeBase, now: datetime, language: str) -> Contact:
    """The city's customer service at `now`."""
    unit = base.unit(UNIT)
    state = status(unit, now).state
    return Contact(
        name=unit.name.in_(language),
        address=unit.address,
        map_url=_MAP + quote(unit.address),
        open_now=None if state == "unknown" else state == "open",
        hours=opening(unit, now, language),
        phone=unit.phone,
        email=unit.email,
        web=unit.web,
        web_name=urlsplit(unit.web).netloc.removeprefix("www."),
    )


def is_demo(base: KnowledgeBase) -> bool:
    """Whether answers are shown that nobody in the city has approved (the pages say so, Act 306/2019, 6 a §)."""
    return any(entry.approved is not None and entry.approved.by == DEMO for entry in base.entries)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said to people who write another language, in that language."""

    tongue: Tongue
    text: str


@cache
def other_languages() -> tuple[Notice, ...]:
    """The notices in languages that the content does not have; with the names of languages read once, at start."""
    for language in LANGUAGES:
        named("ru", language)
    return tuple(Notice(tongue(code), text) for code, text in notices().items())


@cache
def script_texts() -> Mapping[str, Any]:
    """What `words.js` reads: its texts in all languages, since a message is served in its own."""
    texts = {
        language: {
            key.removeprefix(_SCRIPT_TEXTS): text
            for key, text in catalogue(language).items()
            if key.startswith(_SCRIPT_TEXTS)
        }
        for language in LANGUAGES
    }
    return MappingProxyType({"texts": texts, "locales": _LOCALES, "limit": LONGEST_MESSAGE})
