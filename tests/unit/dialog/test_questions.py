"""Questions that ask for a decision, and those that lean on the answer before."""

from __future__ import annotations

import pytest

from bot.dialog.phrases import plain_words
from bot.dialog.questions import asks_for_a_verdict, follow_up

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
FOLLOWING = [
    ("paljonko se maksaa?", "price"),
    ("mitä se maksaa", "price"),
    ("onko se ilmainen", "price"),
    ("vad kostar det", "price"),
    ("how much is it", "price"),
    ("entä lauantaina?", "hours"),
    ("milloin se on auki", "hours"),
    ("onko siellä auki viikonloppuna", "hours"),
    ("när är det öppet", "hours"),
    ("är det öppet på lördag", "hours"),
    ("is it open on Sunday", "hours"),
    ("missä se on", "place"),
    ("var ligger det", "place"),
    ("what is the address", "place"),
    ("mikä on puhelinnumero", "phone"),
]
STANDING_ALONE = ["paljonko bussikortti maksaa", "milloin uimahalli on auki", "missä kirjasto on", "entä päiväkoti"]


@pytest.mark.parametrize("text", VERDICTS)
def test_a_decision_is_asked_for(text: str) -> None:
    assert asks_for_a_verdict(plain_words(text))


@pytest.mark.parametrize("text", PLAIN)
def test_no_decision_is_asked_for(text: str) -> None:
    assert not asks_for_a_verdict(plain_words(text))


@pytest.mark.parametrize(("text", "asked"), FOLLOWING)
def test_it_leans_on_the_last_answer(text: str, asked: str) -> None:
    assert follow_up(plain_words(text)) == asked


@pytest.mark.parametrize("text", STANDING_ALONE)
def test_it_stands_alone(text: str) -> None:
    assert follow_up(plain_words(text)) is None
