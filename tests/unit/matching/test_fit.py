from __future__ import annotations

import numpy as np
import pytest
from conftest import make_base, make_entry

from knowledge.evaluate import Query
from knowledge.matching import NotOurs
from knowledge.matching.calibrate import OURS, RIGHT, Logistic, logistic
from knowledge.matching.fit import cases, fit, fit_fusion, fit_logistic
from knowledge.matching.fuse import FEATURES, softmax
from knowledge.matching.index import Index
from knowledge.model import Vocabulary

BASE = make_base(
    make_entry("katuvalo", "Katuvalot", "katuvalo on rikki", "lamppu ei pala"),
    make_entry("uimahalli", "Uimahalli", "uimahalli on auki", "uintilipun hinta"),
    make_entry("kirjasto", "Kirjasto", "kirjan lainaaminen", "kirjaston aukioloajat"),
)
TEXTS = [
    ("katuvalo rikki", "katuvalo"),
    ("lamppu pimeänä", "katuvalo"),
    ("uintilippu", "uimahalli"),
    ("uimahallin aukiolo", "uimahalli"),
    ("lainasin kirjan", "kirjasto"),
    ("kirjastokortti", "kirjasto"),
    ("mitä kuuluu", None),
    ("osakkeiden kurssit", None),
    ("kuka voitti ottelun", None),
    ("hyvää yötä", None),
]


def queries(first: int, step: int) -> list[Query]:
    return [
        Query(str(first + step * n), "fi", text, frozenset({entry} if entry else ()), ())
        for n, (text, entry) in enumerate(TEXTS)
    ]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(BASE, Vocabulary(), NotOurs({"chat": ("mitä kuuluu", "hyvää iltaa")}))


def test_fusion_raises_the_probability_of_the_accepted(index: Index) -> None:
    given = cases(index, queries(1, 2))
    weights = fit_fusion(given)

    def likelihood(candidate: object) -> float:
        return sum(np.log((softmax(each.rows @ candidate) * each.right).sum()) for each in given if each.right.any())

    assert weights.shape == (len(FEATURES),)
    assert likelihood(weights) > likelihood(np.zeros(len(FEATURES)))
    # a maximum of the penalised likelihood: more penalty, smaller weights
    assert np.abs(fit_fusion(given, ridge=100.0)).sum() < np.abs(weights).sum()


def test_logistic_finds_the_measure_that_tells() -> None:
    random = np.random.default_rng(1)
    rows = [{"tells": float(a), "noise": float(b)} for a, b in random.normal(size=(400, 2))]
    labels = [row["tells"] + random.normal() > 0.5 for row in rows]
    model = fit_logistic(rows, labels, ("tells", "noise"))
    assert model.weights["tells"] > 5 * abs(model.weights["noise"])
    # calibrated on the whole: the mean probability is the share
    assert np.mean([logistic(model, row) for row in rows]) == pytest.approx(np.mean(labels), abs=1e-3)


def test_logistic_of_extremes_is_a_number() -> None:
    model = Logistic(0.0, {"x": 1e6})
    assert logistic(model, {"x": -1.0}) == pytest.approx(0, abs=1e-9)
    assert logistic(model, {"x": 1.0}) == pytest.approx(1, abs=1e-9)
    assert logistic(model, {"x": 0.0}) == 0.5


def test_everything_is_fitted_on_odd_ids_alone(index: Index) -> None:
    odd = queries(1, 2)
    mislabelled = [Query(each.id, "fi", each.text, frozenset({"kirjasto"}), ()) for each in queries(2, 2)]
    weights = fit([index], odd)
    assert weights == fit([index], [*odd, *mislabelled])
    assert set(weights.fusion) == set(FEATURES)
    assert (set(weights.ours.weights), set(weights.right.weights)) == (set(OURS), set(RIGHT))
    assert 0 < weights.thresholds.answer <= 1
    assert 0 < weights.thresholds.ours < 1
