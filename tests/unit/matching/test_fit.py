from __future__ import annotations

import numpy as np
import pytest
from conftest import make_base, make_entry

from knowledge.evaluate import Query
from knowledge.matching import NotOurs
from knowledge.matching.calibrate import Logistic, logistic
from knowledge.matching.fit import Case, cases, fit, fit_clear, fit_fusion, fit_logistic, is_odd
from knowledge.matching.fuse import softmax
from knowledge.matching.weights import MADE_OF, Model
from knowledge.meaning.sentences import Sentences
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


NOT_OURS = NotOurs({"chat": ("mitä kuuluu", "hyvää iltaa")})


@pytest.fixture(scope="module")
def given_cases(model: Sentences) -> list[Case]:
    return cases(BASE, Vocabulary(), NOT_OURS, queries(1, 2), model)


@pytest.mark.parametrize("way", MADE_OF)
def test_fusion_raises_the_probability_of_the_accepted(given_cases: list[Case], way: str) -> None:
    used = [each for each in given_cases if each.right.any()]
    rows, rights = [each.rows(way, MADE_OF[way][0]) for each in used], [each.right for each in used]
    weights = fit_fusion(rows, rights)

    def likelihood(candidate: np.ndarray) -> float:
        return sum(np.log((softmax(row @ candidate) * right).sum()) for row, right in zip(rows, rights, strict=True))

    assert weights.shape == (len(MADE_OF[way][0]),)
    assert likelihood(weights) > likelihood(np.zeros(len(weights)))
    # a maximum of the penalised likelihood: more penalty, smaller weights
    assert np.abs(fit_fusion(rows, rights, ridge=100.0)).sum() < np.abs(weights).sum()


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


def test_only_odd_ids_are_fitted_on() -> None:
    assert [is_odd(query) for query in (*queries(1, 2)[:2], *queries(2, 2)[:2])] == [True, True, False, False]
    assert not is_odd(Query("own-1", "fi", "teksti", frozenset(), ()))


def test_a_fit_has_all_numbers_of_the_ways_it_was_given(given_cases: list[Case]) -> None:
    weights = fit(given_cases)
    for way, (features, ours, right) in MADE_OF.items():
        model = getattr(weights, way)
        assert (set(model.fusion), set(model.ours.weights), set(model.right.weights)) == (
            set(features),
            set(ours),
            set(right),
        )
    assert 0.5 <= weights.clear <= 1
    assert weights.texts == pytest.approx(5)  # three titles, two phrasings
    assert fit(given_cases) == weights


def test_words_are_clear_only_where_meaning_would_change_nothing(given_cases: list[Case]) -> None:
    weights = fit(given_cases)
    blind = Model(dict.fromkeys(weights.words.fusion, 0.0), weights.words.ours, weights.words.right)
    as_good = dict.fromkeys((*weights.both.fusion, *weights.words.fusion), 0.0) | weights.words.fusion
    equal = Model(as_good, weights.both.ours, weights.both.right)
    assert fit_clear(given_cases, blind, weights.both) > fit_clear(given_cases, weights.words, equal)
