"""Messages in a language that the content does not have: found by meaning, answered with what was approved.

The law wants advice that was checked beforehand (Act 306/2019, 6 a §), so nothing is translated here: the reply says in
the talk's language (English, where none was chosen) and in plain Finnish what was understood.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from bot.dialog.scene import Scene
from bot.dialog.talk import Talk
from bot.locale import say
from bot.locale.notices import notices
from bot.locale.tongues import named, tongue
from knowledge.matching import Found
from knowledge.model import LANGUAGES, Entry, Language


@dataclass(frozen=True, slots=True)
class Lead:
    """What comes before an answer: paragraphs, and the language of each."""

    paragraphs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


def is_foreign(language: str) -> bool:
    return language not in LANGUAGES


async def meet(scene: Scene, language: str) -> None:
    """Remember in which language the citizen writes; the first time, what is said in it comes first in the reply."""
    known = notices()
    if scene.talk.foreign != language:
        scene.notice = known.get(language) or known.get(language.split("-")[0], "")
    scene.talk.foreign = language
    await recall(scene.talk)


async def recall(talk: Talk) -> None:
    """Have the names at hand of the languages that the talk mentions: they are read from files, once."""
    for code in filter(None, (talk.foreign, talk.booking.get("interpreter"))):
        await asyncio.to_thread(tongue, code)


def lead(
    scene: Scene, found: Found | None, what: Literal["about", "unsure", "unknown"], entry: Entry | None = None
) -> Lead:
    """What is said first of a message in a language that we do not speak, in two that we do; else nothing."""
    if found is None or not is_foreign(found.language):
        return Lead()
    spoken: list[tuple[str, str]] = []
    if scene.notice:
        spoken.append((scene.notice, tongue(found.language).code))
        scene.notice = ""
    other: Language = "en" if scene.language == "fi" else "fi"
    for language in (scene.language, other):
        title = entry.title.in_(language) if entry else ""
        its = named(found.language, language)
        spoken.append((say(language, f"dialog.foreign_{what}", name=its, title=title), language))
    paragraphs, languages = zip(*spoken, strict=True)
    return Lead(paragraphs, languages)


def title_of(scene: Scene, entry: Entry) -> str:
    """The entry's title as a choice; with the Finnish one, which the desk knows, for who writes another language."""
    title, finnish = entry.title.in_(scene.language), entry.title.fi
    return f"{title} ({finnish})" if scene.talk.foreign and title != finnish else title
