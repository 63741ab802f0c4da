"""Small talk and abuse: a message that holds nothing else. "Kiitos, mutta miten haen paikkaa?" is a question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bot.dialog.phrases import Phrases
from bot.dialog.smalltalk_phrases import BESIDE, FILLERS, TABLES, Smalltalk
from knowledge.model import Language

# Where a message holds several kinds ("moi, oletko robotti"), the first of these is answered.
_ORDER: tuple[Smalltalk, ...] = (
    "abuse", "bot", "how", "joke", "likes", "bored", "sorry", "praise", "unsure", "thanks", "bye", "greeting",
    "laugh", "ok",
)  # fmt: skip


def smalltalk(words: Sequence[str]) -> tuple[Smalltalk, frozenset[Language]] | None:
    """The kind of small talk that a message (`plain_words`) is as a whole, and the languages it may be in."""
    heard = _tables().cover(words)
    if not heard:
        heard = _tables().cover([word for word in words if word not in BESIDE.split()])
        if "abuse" not in {kind for kind, _ in heard}:
            return None
    kind = min((kind for kind, _ in heard), key=_ORDER.index)
    return kind, frozenset(language for each, language in heard if each == kind)


@cache
def _tables() -> Phrases[tuple[Smalltalk, Language]]:
    return Phrases(
        {(kind, language): table for kind, tables in TABLES.items() for language, table in tables.items()}, FILLERS
    )
