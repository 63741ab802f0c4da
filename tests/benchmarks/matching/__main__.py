"""`python -m tests.benchmarks.matching`: prints the table; writes results/matching.md and results/matching.svg."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from knowledge.evaluate import Query, read_queries
from knowledge.files import SHIPPED, read_folder
from knowledge.meaning.sentences import Sentences
from tests.benchmarks.matching.compare import behind, compare, single_needs
from tests.benchmarks.matching.learned import linear_classifier
from tests.benchmarks.matching.plot import as_svg
from tests.benchmarks.matching.ranking import texts
from tests.benchmarks.matching.systems import PEERS, our_systems, peer_systems
from tests.benchmarks.matching.table import Comparison, as_markdown

EVAL = Path(__file__).parents[2] / "eval"
RESULTS = Path(__file__).parents[1] / "results"
CONTENTS = {"Shipped content": SHIPPED, "Study content, thin": EVAL / "kb"}


def comparison(name: str, folder: Path, queries: Sequence[Query], sentences: Sentences) -> Comparison:
    base = read_folder(folder)
    peers = {**PEERS, "TF-IDF, linear classifier": linear_classifier}
    ours, theirs = compare(our_systems(base, sentences), queries), compare(peer_systems(base, peers), queries)
    theirs.sort(key=lambda row: -(row.all.hit1 or 0))
    size = f"{len(base.entries)} entries, {len(texts(base))} texts"
    return Comparison(name, size, [*ours, *theirs])


def main() -> None:
    queries = single_needs(read_queries(EVAL / "dev.jsonl"))
    with closing(Sentences()) as sentences:
        comparisons = [comparison(name, folder, queries, sentences) for name, folder in CONTENTS.items()]
    machine = f"{platform.machine()}, Python {platform.python_version()}, {len(queries)} messages"
    page = as_markdown(comparisons, machine)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "matching.md").write_text(page, "utf-8")
    (RESULTS / "matching.svg").write_text(as_svg(comparisons), "utf-8")
    print(page)
    for each in comparisons:
        for line in behind(each.rows):
            print(f"Not ahead on {each.content}: {line}")


if __name__ == "__main__":
    main()
