"""What the metamorphic tests read and ask."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path

import pytest
from keeping import Case, Find, texts_of, top
from rewording import (
    Rewording,
    in_other_compounds,
    in_other_forms,
    politely,
    slip_in_a_short_word,
    slips_in_long_words,
    without_marks,
)

from knowledge.evaluate import Query, read_queries
from knowledge.files import SHIPPED, read_folder
from knowledge.meaning.sentences import Sentences
from knowledge.model import LANGUAGES, KnowledgeBase
from knowledge.reading import deepened, read_now
from knowledge.store import know

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def content() -> KnowledgeBase:
    return read_folder(SHIPPED)


@pytest.fixture(scope="session", params=["words", pytest.param("words and meaning", marks=pytest.mark.long)])
def find(request: pytest.FixtureRequest, content: KnowledgeBase) -> Find:
    """The finder on trial; each text is read once."""
    matcher = know(content).matcher
    if request.param == "words":
        return cache(matcher.find)
    model: Sentences = request.getfixturevalue("model")
    return cache(partial(read_now, deepened(matcher, model), model))


@pytest.fixture(scope="session")
def pairs() -> list[dict[str, str]]:
    """The rows of inflections.tsv: `language`, `base`, `inflected`, `form`."""
    with (HERE / "inflections.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="session")
def written(content: KnowledgeBase) -> dict[str, frozenset[str]]:
    """Language → the words of the titles, phrasings and keywords."""
    found: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for entry in content.entries:
        for language, text in texts_of(entry):
            found[language].update(filter(str.isalpha, text.lower().split()))
    return {language: frozenset(words) for language, words in found.items()}


@pytest.fixture(scope="session")
def rewordings(pairs: list[dict[str, str]], written: dict[str, frozenset[str]]) -> dict[str, Rewording]:
    forms: dict[tuple[str, str], set[str]] = defaultdict(set)
    for pair in pairs:
        forms[pair["language"], pair["base"]] |= {pair["base"], pair["inflected"]}
    table: dict[str, dict[str, list[str]]] = {language: {} for language in LANGUAGES}
    for (language, _), same in forms.items():
        for word in same:
            table[language][word] = sorted(same - {word})
    return {
        "without marks": without_marks,
        "politely": politely,
        "slips in long words": slips_in_long_words,
        "a slip in a short word": slip_in_a_short_word,
        "in other forms": partial(in_other_forms, table),
        "in other compounds": partial(in_other_compounds, written),
    }


@pytest.fixture(scope="session")
def labelled() -> list[Query]:
    """The dev queries with one need that is ours."""
    return [query for query in read_queries(HERE.parent / "eval" / "dev.jsonl") if query.accept]


@pytest.fixture(scope="session")
def right(find: Find, labelled: list[Query]) -> list[Case]:
    """The labelled queries that are answered right, each with the answer."""
    found = [(query, top(find, query.text)) for query in labelled]
    return [Case(query.text, query.lang, first) for query, first in found if first in query.accept]


@pytest.fixture(scope="session")
def phrasings(content: KnowledgeBase) -> list[Case]:
    """The content's own phrasings: the first of each entry and language, then the second …"""

    columns = [
        [Case(text, language, entry.id) for text in entry.phrasings.in_(language)]
        for language in LANGUAGES
        for entry in content.entries
        if entry.audience == "public"
    ]
    return [case for row in zip_longest(*columns) for case in row if case is not None]
