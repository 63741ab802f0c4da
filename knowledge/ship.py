"""Compute the vectors that go with the shipped content: `python -m knowledge.ship`, after its texts have changed."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from knowledge.files import SHIPPED, read_folder
from knowledge.meaning.sentences import SHIPPED as VECTORS
from knowledge.meaning.sentences import Sentences
from knowledge.store import know


def main(file: Path = VECTORS) -> None:
    """Keep what is still needed of the shipped vectors, add what is missing, drop the rest."""
    with closing(Sentences()) as sentences:
        count = sentences.keep_only(know(read_folder(SHIPPED)).matcher.texts(), file)
    sys.stdout.write(f"{count} vectors, {file.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
