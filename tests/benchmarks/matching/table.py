"""The comparison as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.matching.compare import Row

NOTES = """\
`hit1`, `hit3`: share of questions whose right entry is first, among the first three, with 95 % Wilson intervals; `mrr`:
mean of 1 / its rank, of five; `auroc`: the chance that a question scores above a message that is not for the desk (the
top score; for Porina P(ours)); µs: median of one query at a time. Porina's weights were fitted on odd ids: the column
of even ids is the check. It is the matcher alone that is measured: `porina evaluate` goes the chat's way, small talk and
commands first.

Every system is given the titles, phrasings and keywords of all entries. The vocabulary and the examples of what is not
ours are a part of Porina, and peers have no place for them. RapidFuzz and ChatterBot give an entry the score of its best
text; BM25 and SQLite see an entry as one document; the classifier (scikit-learn's LinearSVC on TF-IDF of 3- to 5-grams)
sees each text as an example. ChatterBot 1.2.15 cannot stand beside SQLAlchemy 2.1 (it asks for < 2.1), and its default
index of lemmas needs a spaCy model that PyPI does not have. So its BestMatch over TextSearch is done again here; on 200
of these questions, asked of the study content, the package itself gave the same answers with the same confidence, in
about 1 s each: the time shown is ours.
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows of one knowledge base: which, and how much is in it."""

    content: str
    size: str
    rows: Sequence[Row]


def as_markdown(comparisons: Sequence[Comparison], machine: str) -> str:
    """The page of results."""
    parts = [
        "# Finding the right entry: Porina and what others would use",
        f"One run ({machine}). Made by `python -m tests.benchmarks.matching`.",
        "![Share of questions whose right entry is first, and among the first three](matching.svg)",
        *(f"## {each.content}: {each.size}\n\n{_table(each.rows)}" for each in comparisons),
        NOTES.rstrip(),
    ]
    return "\n\n".join(parts) + "\n"


def _table(rows: Sequence[Row]) -> str:
    lines = [
        "| | hit1 | hit3 | mrr | auroc | hit1, even ids | µs |",
        "|---|---|---|---|---|---|---|",
        *map(_line, rows),
    ]
    return "\n".join(lines)


def _line(row: Row) -> str:
    name = f"**{row.name}**" if row.ours else row.name
    shares = [f"{getattr(row.all, metric):.3f} ({_range(row, metric)})" for metric in ("hit1", "hit3")]
    figures = [row.all.mrr, row.all.auroc, row.even.hit1]
    time = f"{row.all.us_per_query['p50'] or 0:.0f}"
    return f"| {' | '.join([name, *shares, *(f'{each:.3f}' for each in figures), time])} |"


def _range(row: Row, metric: str) -> str:
    low, high = row.interval(metric)
    return f"{low:.2f}–{high:.2f}"
