"""Reading a message: by words at once; by meaning too, where the words leave doubt and the model is at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from knowledge.matching import Found, Matcher
from knowledge.matching.matcher import Look
from knowledge.matching.normalise import visible
from knowledge.meaning.sentences import Sentences


async def read(matcher: Matcher, sentences: Sentences | None, text: str, *, language: str | None = None) -> Found:
    """The reading of a message. `language` is the page's. Never waits for an absent or overloaded model."""
    looks = matcher.look(text, language=language)
    await asyncio.sleep(0)  # let others in between: a long message takes some ms to look at
    found = matcher.found(looks)
    if sentences is None or not matcher.wants_meaning(looks, found):
        return found
    return await sentences.then(_texts(looks), partial(matcher.found, looks)) or found


def read_now(matcher: Matcher, sentences: Sentences | None, text: str, language: str | None = None) -> Found:
    """The same for a command that may wait."""
    looks = matcher.look(text, language=language)
    found = matcher.found(looks)
    if sentences is None or not matcher.wants_meaning(looks, found):
        return found
    return matcher.found(looks, sentences.now(_texts(looks)))


def deepened(matcher: Matcher, sentences: Sentences) -> Matcher:
    """`matcher` with the meanings of its texts; blocks until they are computed. Raises Unavailable."""
    return matcher.with_meanings(sentences.content(matcher.texts()))


def _texts(looks: Sequence[Look]) -> list[str]:
    return [visible(look.text) for look in looks]
