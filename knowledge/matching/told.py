"""What people may say for an entry, made ready for the index: by entry, so that what did not change is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from knowledge.matching.language import Spoken
from knowledge.matching.normalise import clean, fold, topical, words
from knowledge.matching.stems import stem
from knowledge.model import LANGUAGES, Entry, Language


@dataclass(frozen=True, slots=True)
class Told:
    """`words`: the topical words of the texts, folded, as often as they stand; `stems`: each distinct stem with a word
    as written; `spoken`: the words by language.
    """

    words: tuple[str, ...]
    stems: dict[str, str]
    spoken: Spoken


def tell(entries: Iterable[Entry]) -> list[Told]:
    """Each entry's title, phrasings and keywords as what is looked up."""
    folded = _Remembered(fold)
    stems = {language: _Remembered(partial(stem, language=language)) for language in LANGUAGES}
    return [_tell(entry, folded, stems) for entry in entries]


def texts_of(entry: Entry) -> Iterator[tuple[Language, str]]:
    """(language, text) of what people may say for an entry: title, phrasings, keywords."""
    for language in LANGUAGES:
        yield language, entry.title.in_(language)
        for text in (*entry.phrasings.in_(language), *entry.keywords.in_(language)):
            yield language, text


def same_texts(one: Entry, other: Entry) -> bool:
    """Whether both entries are found by the same texts."""
    return one is other or (
        one.title == other.title and one.phrasings == other.phrasings and one.keywords == other.keywords
    )


class _Remembered(dict[str, str]):
    """What a function made of each word so far: entries share most of their words."""

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, word: str) -> str:
        value = self[word] = self._function(word)
        return value


def _tell(entry: Entry, folded: _Remembered, stems: dict[Language, _Remembered]) -> Told:
    said: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
    for language, text in texts_of(entry):
        said[language] += topical(words(clean(text)), folded.__getitem__)
    letters = [{word for word in said[language] if word.isalpha()} for language in LANGUAGES]
    return Told(
        words=tuple(folded[word] for language in LANGUAGES for word in said[language]),
        stems={stems[language][word]: word for language in LANGUAGES for word in said[language]},
        spoken=tuple(frozenset(each).union(folded[word] for word in each) for each in letters),
    )
