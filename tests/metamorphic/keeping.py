"""Whether a finder keeps its answer when a message is written in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

from rewording import Rewording

from knowledge.matching import Found
from knowledge.model import LANGUAGES, Entry

Find = Callable[[str], Found]

ENOUGH = 100
SEEDS = 2


@dataclass(frozen=True, slots=True)
class Case:
    """A message in `language` whose right answer is `entry`."""

    text: str
    language: str
    entry: str


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of the rewordings kept the answer, and those that lost it: (as it was, reworded, what was found)."""

    cases: int
    lost: tuple[tuple[str, str, str | None], ...]

    @property
    def rate(self) -> float:
        return 1 - len(self.lost) / self.cases

    def __str__(self) -> str:
        lost = "".join(f"\n  {before!r} → {after!r}: {found}" for before, after, found in self.lost)
        return f"{self.rate:.3f} of {self.cases} kept{lost}"


def texts_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """(language, text) of its titles, phrasings and keywords."""
    for language in LANGUAGES:
        for text in (entry.title.in_(language), *entry.phrasings.in_(language), *entry.keywords.in_(language)):
            yield language, text


def top(find: Find, text: str) -> str | None:
    """The first entry found."""
    candidates = find(text).candidates
    return candidates[0].entry if candidates else None


def kept(first: Callable[[str], str | None], rewording: Rewording, cases: Iterable[Case], more: Iterable[Case]) -> Kept:
    """Ask `first` about `cases` reworded; about some of `more` too where fewer than ENOUGH of `cases` change.

    Of `more` only what is answered right as it stands. Each case is reworded with SEEDS seeds, each of its rewordings
    asked once.
    """
    changed = [changes for case in cases if (changes := _changes(rewording, case))]
    others = (changes for case in more if (changes := _changes(rewording, case)) and first(case.text) == case.entry)
    changed += islice(others, max(ENOUGH - len(changed), 0))
    asked = [(case, text) for changes in changed for case, text in changes]
    answers = [(case, text, first(text)) for case, text in asked]
    return Kept(len(asked), tuple((case.text, text, found) for case, text, found in answers if found != case.entry))


def _changes(rewording: Rewording, case: Case) -> list[tuple[Case, str]]:
    texts = {rewording(case.text, case.language, Random(f"{seed} {case.text}")): None for seed in range(SEEDS)}
    return [(case, text) for text in texts if text != case.text]
