"""The shipped numbers: read whole or refused, and mixed for content between two fits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.matching.weights import SHIPPED, read_weights, suited, write_weights


@pytest.mark.parametrize("content", ["{", "[]", "{}", "[1]", '[{"texts": 1, "words": {}}]'])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "weights.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError):
        read_weights(path)


@pytest.mark.parametrize("way", ["words", "both", "meaning"])
def test_a_missing_number_is_named(tmp_path: Path, way: str) -> None:
    data = json.loads(SHIPPED.read_text("utf-8"))
    name = next(iter(data[0][way]["fusion"]))
    del data[0][way]["fusion"][name]
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(ValueError, match=name):
        read_weights(path)


def test_weights_survive_writing(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    write_weights(read_weights(), path)
    assert read_weights(path) == read_weights()


def test_content_between_two_fits_has_numbers_between() -> None:
    thin, rich = read_weights()
    assert suited([thin, rich], thin.texts / 3) == suited([thin, rich], thin.texts)
    assert suited([thin, rich], thin.texts).words.fusion == pytest.approx(thin.words.fusion)
    assert suited([thin, rich], rich.texts * 3) == rich
    between = suited([thin, rich], (thin.texts * rich.texts) ** 0.5)
    for name, value in between.both.fusion.items():
        assert value == pytest.approx((thin.both.fusion[name] + rich.both.fusion[name]) / 2)
    assert between.words.ours.bias == pytest.approx((thin.words.ours.bias + rich.words.ours.bias) / 2)
