"""What a message is: an alarm, a command, small talk or a question, and in which language it was said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.dialog.commands import ALSO_ENTRIES, command
from bot.dialog.phrases import plain_words
from bot.dialog.safety import alarm
from bot.dialog.smalltalk import smalltalk
from knowledge.matching import Found
from knowledge.model import LANGUAGES

Kind = Literal["safety", "command", "smalltalk", "question"]


@dataclass(frozen=True, slots=True)
class Understood:
    """`what`: which alarm, command or small talk; empty for a question. `language`: BCP 47, as it was said.

    `found`: the matcher's reading of a question; of everything else a reading without candidates.
    """

    kind: Kind
    language: str
    found: Found
    what: str = ""


def reading(text: str, find: Callable[[str, str | None], Found], *, hint: str | None = None) -> Found:
    """What `porina ask` and `evaluate` are told: small talk, abuse and emergencies count as unknown.

    `find`: the reading of a question, from its text and the page's language.
    """
    known = recognise(text, plain_words(text), hint=hint)
    return find(text, hint) if known is None or known.what in ALSO_ENTRIES else known.found


def recognise(text: str, words: Sequence[str], *, hint: str | None) -> Understood | None:
    """What can be told without the knowledge base, the most urgent first; None for what may be a question."""
    danger = alarm(words)
    if danger is not None:
        return _known("safety", danger[0], danger[1], text)
    for kind, recognised in (("command", command(words)), ("smalltalk", smalltalk(words))):
        if recognised is not None:
            return _known(kind, recognised[0], _one_of(recognised[1], hint), text)  # type: ignore[arg-type]
    return None


def _known(kind: Kind, what: str, language: str, text: str) -> Understood:
    return Understood(kind, language, Found(text, language, "unknown", 0.0, ()), what)


def _one_of(languages: Collection[str], hint: str | None) -> str:
    """The language something was said in, where several have the same words: the talk's own, or the first."""
    return hint if hint is not None and hint in languages else next(each for each in LANGUAGES if each in languages)
