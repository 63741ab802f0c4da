"""A folder of content made ready for reading messages in a command, with the meaning where the model is at hand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from bot.dialog.understand import reading
from bot.settings import cache_folder, read_settings
from knowledge.matching import Found
from knowledge.meaning.sentences import Sentences, Unavailable
from knowledge.model import KnowledgeBase
from knowledge.reading import deepened, read_now
from knowledge.store import know


@contextmanager
def reader(base: KnowledgeBase) -> Iterator[Callable[[str, str | None], Found]]:
    """What the product makes of a text in a language of the page, as the chat would. Raises WrongSetting."""
    settings = read_settings()
    matcher = know(base, costs=settings.costs).matcher
    if settings.sentence_model == "off":
        yield lambda text, hint: reading(text, lambda *asked: read_now(matcher, None, *asked), hint=hint)
        return
    with closing(Sentences(cache_folder() / "content.vectors")) as sentences:
        try:
            matcher = deepened(matcher, sentences)
        except Unavailable as error:
            sys.stderr.write(f"porina: {error}; read by words alone\n")
        yield lambda text, hint: reading(text, lambda *asked: read_now(matcher, sentences, *asked), hint=hint)
