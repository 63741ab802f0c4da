"""What each part of the matcher is worth: `python -m tests.benchmarks.matching.ablation [--vectors FILE]`.

One part at a time is taken out, its weights fitted anew. Five-fold by entry over all ids: no query is judged by numbers
that were fitted on a query with the same answer. Prints the table and writes results/ablation.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.evaluate import Query, read_queries
from knowledge.figures import auroc, wilson
from knowledge.matching.calibrate import logistic
from knowledge.matching.fit import Case, Judged, all_cases, contents, fit_model, judge
from knowledge.matching.weights import MADE_OF, Parts
from knowledge.meaning.sentences import Sentences
from knowledge.model import Vocabulary

EVAL = Path(__file__).parents[2] / "eval"
RESULT = Path(__file__).parents[1] / "results" / "ablation.md"
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """`way` of reading, without the features and measures named in `less`; `plain`: without vocabulary."""

    name: str
    way: str
    less: tuple[str, ...] = ()
    plain: bool = False

    @property
    def parts(self) -> Parts:
        fusion, ours, right = (tuple(name for name in names if name not in self.less) for names in MADE_OF[self.way])
        return fusion, ours, right


NOT_OURS = ("elsewhere", "meant_elsewhere")
ROWS = (
    Row("**By words**", "words"),
    Row("without vocabulary", "words", plain=True),
    Row("without n-grams", "words", ("grams",)),
    Row("without alignment", "words", ("covered", "plain_covered")),
    Row("without the alignment that leaves it out", "words", ("plain_covered",)),
    Row("without examples of what is not ours", "words", NOT_OURS),
    Row("without names of other towns and bodies", "words", ("town", "other")),
    Row("**By words and meaning**", "both"),
    Row("without vocabulary", "both", plain=True),
    Row("without n-grams", "both", ("grams",)),
    Row("without alignment", "both", ("covered", "plain_covered")),
    Row("without the nearest text", "both", ("nearest",)),
    Row("without the centre", "both", ("centre",)),
    Row("without examples of what is not ours", "both", NOT_OURS),
    Row("without names of other towns and bodies", "both", ("town", "other")),
    Row("**By meaning alone**", "meaning"),
)


def fold_of(query: Query, entries: Mapping[str, int]) -> int:
    """Queries with the same answer share a fold; those without one go by their number."""
    return (entries[min(query.accept)] if query.accept else int(query.id) // 2) % FOLDS


def judged_apart(given: Sequence[Case], row: Row) -> Iterator[tuple[Judged, float]]:
    """Every case with P(ours), judged by a model of the other folds."""
    entries = {
        entry: place for place, entry in enumerate(sorted({min(c.query.accept) for c in given if c.query.accept}))
    }
    folds = [fold_of(case.query, entries) for case in given]
    for fold in range(FOLDS):
        model = fit_model([case for case, own in zip(given, folds, strict=True) if own != fold], row.way, row.parts)
        for each in judge([case for case, own in zip(given, folds, strict=True) if own == fold], row.way, model.fusion):
            yield each, logistic(model.ours, each.values)


def figures(results: Sequence[tuple[Judged, float]]) -> tuple[float, float, float, int]:
    """hit@1, hit@3, AUROC of P(ours), and the number of questions."""
    inside = [each for each, _ in results if each.case.query.accept]
    told = [
        (ours, bool(each.case.query.accept)) for each, ours in results if each.case.query.accept or not each.is_redirect
    ]
    first = sum(each.rank == 1 for each in inside) / len(inside)
    three = sum(each.rank is not None and each.rank <= 3 for each in inside) / len(inside)
    return first, three, auroc([ours for ours, _ in told], [label for _, label in told]) or 0.0, len(inside)


def cells(given: Sequence[Case], row: Row) -> str:
    results = list(judged_apart(given, row))
    first, three, apart, count = figures(results)
    even = figures([(each, ours) for each, ours in results if int(each.case.query.id) % 2 == 0])
    low, high = wilson(first, count)
    return f"{first:.3f} ({low:.2f}–{high:.2f}) | {three:.3f} | {apart:.3f} | {even[0]:.3f} / {even[1]:.3f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=Path, help="a file in which to keep vectors from run to run")
    queries = [query for query in read_queries(EVAL / "dev.jsonl") if not query.needs]
    with closing(Sentences(parser.parse_args(arguments).vectors)) as sentences:
        bases = contents(EVAL)
        full = all_cases(bases, queries, sentences)
        without = [base.model_copy(update={"vocabulary": Vocabulary()}) for base in bases]
        plain = all_cases(without, queries, sentences)
    head = "hit@1 (95 %) | hit@3 | AUROC of P(ours) | hit@1 / @3, even ids"
    lines = [
        "# What each part is worth",
        "",
        __doc__.split("\n\n")[1].split(" Prints")[0],
        "",
        f"| | Shipped content: {head} | Study content: {head} |",
        f"|---|{'---|' * 8}",
    ]
    for row in ROWS:
        given = plain if row.plain else full
        lines.append(f"| {row.name} | {' | '.join(cells(each, row) for each in given)} |")
        print(lines[-1], flush=True)
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
