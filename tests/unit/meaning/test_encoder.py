"""The model runs as its authors' does, and no other file passes for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.meaning.encoder import MOST_PIECES, Encoder, weights_file
from knowledge.meaning.packed import BrokenWeights, Packed

# The first components by the study's reference in numpy, which has cosine 0.9999 to the package's own engine.
REFERENCE = {
    "query: mist mä saan parkkiluvan": [0.0660, 0.0210, -0.0295, -0.0837, 0.0714, -0.0558],
    "query: Где получить разрешение?": [0.0394, -0.0279, -0.0533, -0.1077, 0.0689, -0.0752],
    "query: a": [0.0274, -0.0059, -0.0901, -0.0789, 0.0625, -0.0207],
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(weights_file())


@pytest.mark.parametrize("text", REFERENCE)
def test_vectors_are_the_reference_s(encoder: Encoder, text: str) -> None:
    vector = encoder.vectors([text])[0]
    assert vector[: len(REFERENCE[text])] == pytest.approx(REFERENCE[text], abs=1e-3)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_text_has_the_same_vector_in_company(encoder: Encoder) -> None:
    texts = [
        "query: katuvalo on rikki",
        "query: bussi",
        "query: where is the library",
        "query: buss",
        "query: " + "a " * 900,
    ]
    together = encoder.vectors(texts)
    apart = np.concatenate([encoder.vectors([text]) for text in texts])
    assert np.abs(together - apart).max() < 1e-4
    assert encoder.vectors([]).shape == (0, together.shape[1])


def test_like_meanings_lie_close_over_languages(encoder: Encoder) -> None:
    texts = ["street light is broken", "не горит уличный фонарь", "hakemus päiväkotiin"]
    en, ru, other = encoder.vectors([f"query: {text}" for text in texts])
    assert en @ ru > en @ other


def test_the_longest_text_is_cut(encoder: Encoder) -> None:
    long = "query: " + "pysäköinti " * MOST_PIECES
    assert np.allclose(encoder.vectors([long]), encoder.vectors([long + "katuvalo"]), atol=1e-6)


@pytest.mark.parametrize("size", [0, 3, 40, 5_000, 4_700_000])
def test_a_cut_file_is_refused(tmp_path: Path, size: int) -> None:
    file = tmp_path / "weights.bin"
    with weights_file().open("rb") as whole:
        file.write_bytes(whole.read(size))
    with pytest.raises((BrokenWeights, OSError, ValueError)):
        Packed(file)
    with pytest.raises((BrokenWeights, OSError, ValueError)):
        Encoder(file)
