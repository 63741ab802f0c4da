"""How quickly messages are read, and the index built and updated, as the content grows.

`python -m tests.benchmarks.matching_speed` prints the table and writes results/matching-speed.md. One thread; the
content beyond the shipped one is noisy copies of it, the same in every run.
"""

from __future__ import annotations

import platform
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
from rapidfuzz import fuzz, process

from knowledge.evaluate import read_queries
from knowledge.files import SHIPPED, read_folder
from knowledge.matching import Matcher, NotOurs
from knowledge.matching.index import Index, texts_of
from knowledge.matching.normalise import clean
from knowledge.model import LANGUAGES, Keywords, KnowledgeBase, Lists, Vocabulary

HERE = Path(__file__).parent
QUERIES = HERE.parent / "eval" / "dev.jsonl"
SIZES = ((10_000, 208), (48_000, 1_000), (100_000, 2_000))  # (texts, entries), about as many a piece as shipped
EDITS = 12
COMPARED = 24  # messages
AWKWARD = {
    "one letter": "a" * 10_000,
    "one word": "uimahalli " * 1_000,
    "new words": " ".join(f"sana{number}tunnus" for number in range(900)),
    "joints": "uimahalli, " * 900,
    "emoji": "🇫🇮👨‍👩‍👧‍👦❤️" * 1_000,
    "control and bidirectional": "\x00\x1b\u202euimahalli\u2066\u200f" * 500,
    "other scripts": "где كيف 哪里 どこ ที่ไหน ምን " * 400,
}
LETTERS = "aeiouäöklmnprstv"
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one content. Times in seconds; `awkward`: the slowest of AWKWARD; `compared`: token_set_ratio of a
    message with every text."""

    texts: int
    entries: int
    build: float
    update: float
    update_worst: float
    find: float
    find_p95: float
    awkward: float
    compared: float


def noisy(text: str, random: Random) -> str:
    """`text` as somebody else might have written it: a word left out, and in half of them a slip in one."""
    words = text.split()
    if len(words) > 2 and random.random() < 0.5:
        words.pop(random.randrange(len(words)))
    place = random.randrange(len(words))
    word = words[place]
    if len(word) > 4 and random.random() < 0.5:
        at = random.randrange(1, len(word) - 1)
        words[place] = word[:at] + random.choice(("", random.choice(LETTERS))) + word[at + random.randrange(2) :]
    return " ".join(words)


def grown(base: KnowledgeBase, texts: int, entries: int) -> KnowledgeBase:
    """`entries` entries with about `texts` noisy copies of the phrasings and keywords in `base`; titles as they are."""
    random = Random(10)
    each = texts // entries
    shipped = [entry for entry in base.entries if entry.audience == "public"]
    made = []
    for number in range(entries):
        like = shipped[number % len(shipped)]
        told = list(texts_of(like))
        wanted: dict[str, list[str]] = {language: [] for language in LANGUAGES}
        for place in range(each - len(LANGUAGES)):
            language, text = told[place % len(told)]
            wanted[language].append(noisy(text, random))
        made.append(like.model_copy(update={"id": f"e{number}", "phrasings": Lists(**wanted), "keywords": Keywords()}))
    return base.model_copy(update={"entries": tuple(made)})


def edits(base: KnowledgeBase, count: int) -> list[KnowledgeBase]:
    """`base` after each of `count` edits in a row: an entry changed, one added, one removed, and again."""
    random = Random(11)
    entries, after = list(base.entries), []
    for number in range(count):
        place = random.randrange(len(entries))
        if number % 3 == 2:
            del entries[place]
        else:
            told = {language: (noisy(entries[place].title.in_(language), random),) for language in LANGUAGES}
            edited = entries[place].model_copy(update={"keywords": Keywords(**told)})
            if number % 3:
                entries.insert(random.randrange(len(entries)), edited.model_copy(update={"id": f"new{number}"}))
            else:
                entries[place] = edited
        after.append(base.model_copy(update={"entries": tuple(entries)}))
    return after


def measure(base: KnowledgeBase, messages: Sequence[str]) -> Row:
    """All figures of one content; `messages` are asked as they are."""
    vocabulary, not_ours = base.vocabulary or Vocabulary(), NotOurs.read()
    build, index = timed(lambda: Index(base, vocabulary, not_ours))
    updates = []
    for edited in edits(base, EDITS):
        spent, index = timed(lambda before=index, edited=edited: before.updated(edited))
        updates.append(spent)
    matcher = Matcher.build(base, vocabulary=vocabulary, not_ours=not_ours)
    finds = [timed(lambda text=text: matcher.find(text))[0] for text in messages]
    texts = [clean(text) for entry in base.entries for _, text in texts_of(entry)]
    compared = [
        timed(lambda text=text: process.extract(clean(text), texts, scorer=fuzz.token_set_ratio, limit=3))[0]
        for text in messages[:: max(1, len(messages) // COMPARED)]
    ]
    return Row(
        texts=len(texts),
        entries=len(base.entries),
        build=build,
        update=float(np.median(updates)),
        update_worst=max(updates),
        find=float(np.median(finds)),
        find_p95=float(np.percentile(finds, 95)),
        awkward=max(timed(lambda text=text: matcher.find(text))[0] for text in AWKWARD.values()),
        compared=float(np.median(compared)),
    )


def megabytes(base: KnowledgeBase) -> float:
    """Memory of an index beside its content, as Python and numpy count it."""
    vocabulary, not_ours = base.vocabulary or Vocabulary(), NotOurs.read()
    tracemalloc.start()
    index = Index(base, vocabulary, not_ours)
    size = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    del index
    return size


def timed(act: Callable[[], Made], times: int = 2) -> tuple[float, Made]:
    """The least seconds of this thread's own (not of others on the machine) that `act` took, and what it made."""
    spent = []
    for _ in range(times):
        started = time.thread_time()
        made = act()
        spent.append(time.thread_time() - started)
    return min(spent), made


def as_markdown(rows: Sequence[Row], sizes: Sequence[float]) -> str:
    lines = [
        "# Speed of matching by words",
        "",
        f"One run, one thread ({platform.machine()}, Python {platform.python_version()}): the messages of",
        "`tests/eval/dev.jsonl` asked of the shipped content and of noisy copies of it. An update is one entry changed,",
        "added or removed. Awkward is the slowest of some messages of up to 10 000 characters. The baseline is",
        "RapidFuzz `token_set_ratio` of the message with every text, in the same run.",
        "Made by `python -m tests.benchmarks.matching_speed`.",
        "",
        "| texts | entries | build s | update ms, median (worst) | find ms, p50 | p95 | awkward | baseline ms | find of it | index MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.texts} | {row.entries} | {row.build:.2f} | {row.update * 1e3:.1f} ({row.update_worst * 1e3:.1f}) "
        f"| {row.find * 1e3:.2f} | {row.find_p95 * 1e3:.2f} | {row.awkward * 1e3:.1f} "
        f"| {row.compared * 1e3:.1f} | {row.find / row.compared:.3f} | {size:.0f} |"
        for row, size in zip(rows, sizes, strict=True)
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    shipped = read_folder(SHIPPED)
    messages = [query.text for query in read_queries(QUERIES)]
    contents = [shipped, *(grown(shipped, texts, entries) for texts, entries in SIZES)]
    page = as_markdown([measure(base, messages) for base in contents], [megabytes(base) for base in contents])
    (HERE / "results" / "matching-speed.md").write_text(page, "utf-8")
    print(page)


if __name__ == "__main__":
    main()
