"""The peer that is trained on the content: TF-IDF of character n-grams and a linear classifier (extra `bench`)."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from tests.benchmarks.matching.ranking import Rank, Ranked, Text, best


def linear_classifier(texts: Sequence[Text]) -> Rank:
    """3- to 5-grams within words and LinearSVC, a class for each entry and an example for each text."""
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    classifier = LinearSVC(random_state=0)
    classifier.fit(grams.fit_transform(text for _, text in texts), [entry for entry, _ in texts])
    classes = classifier.classes_.tolist()

    def rank(text: str) -> Ranked:
        return best(zip(classes, classifier.decision_function(grams.transform([text]))[0].tolist(), strict=True))

    return rank
