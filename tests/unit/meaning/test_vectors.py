"""Vectors kept by the hash of their text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.meaning.vectors import WIDTH, Vectors

RECORD = 16 + 4 + WIDTH
RANDOM = np.random.default_rng(7)


def made(*texts: str) -> dict[str, np.ndarray]:
    vectors = RANDOM.normal(size=(len(texts), WIDTH)).astype(np.float32)
    return dict(zip(texts, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), strict=True))


def test_what_is_added_is_there_again_in_another_process(tmp_path: Path) -> None:
    file, vectors = tmp_path / "sub" / "content.vectors", made("katuvalo", "pysäköinti")
    Vectors().add(vectors, file)
    again = Vectors()
    again.read(file)
    assert again.missing(["pysäköinti", "uusi", "katuvalo", "uusi"]) == ["uusi"]
    cosines = (again.of(list(vectors)) * np.array(list(vectors.values()))).sum(axis=1)
    assert cosines.min() > 0.999


def test_a_write_that_was_cut_short_costs_its_own_record_only(tmp_path: Path) -> None:
    file = tmp_path / "content.vectors"
    Vectors().add(made("a", "b"), file)
    file.write_bytes(file.read_bytes()[:-7])
    known = Vectors()
    known.read(file)
    assert known.missing("ab") == ["b"]
    known.add(made("c"), file)
    assert file.stat().st_size == 2 * RECORD
    fresh = Vectors()
    fresh.read(file)
    assert fresh.missing("abc") == ["b"]


def test_a_text_without_a_vector_is_an_error() -> None:
    with pytest.raises(KeyError):
        Vectors().of(["unknown"])


def test_no_texts_have_no_vectors() -> None:
    assert Vectors().of([]).shape == (0, WIDTH)
