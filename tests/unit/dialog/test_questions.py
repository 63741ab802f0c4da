"""Questions that ask for a decision."""

from __future__ import annotations

import pytest

from bot.dialog.phrases import plain_words
from bot.dialog.questions import asks_for_a_verdict

VERDICTS = [
    "saanko asumistukea",
    "saanks mää toimeentulotukea",
    "Myönnetäänkö minulle rakennuslupa?",
    "pitääkö minun maksaa pysäköintivirhemaksu",
    "pitaako mun maksaa tää",
    "olenko oikeutettu palkkatukeen",
    "onko minulla oikeus koulukuljetukseen",
    "joudunko maksamaan jätelaskun",
    "får jag bygglov",
    "har jag rätt till färdtjänst",
    "måste jag betala boten",
    "am I entitled to housing support",
    "do I have to pay this fine",
    "will my application be approved",
]
PLAIN = [
    "mistä saan bussikortin",
    "miten haen rakennuslupaa",
    "paljonko pysäköinti maksaa",
    "saako Porinassa tulostaa",
    "var får jag ett busskort",
    "hur mycket kostar bygglov",
    "where do I get a parking permit",
    "how do I pay a fine",
    "haluan puhua ihmiselle",
]


@pytest.mark.parametrize("text", VERDICTS)
def test_a_decision_is_asked_for(text: str) -> None:
    assert asks_for_a_verdict(plain_words(text))


@pytest.mark.parametrize("text", PLAIN)
def test_no_decision_is_asked_for(text: str) -> None:
    assert not asks_for_a_verdict(plain_words(text))
