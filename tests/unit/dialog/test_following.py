"""Short questions that lean on the answer before, in everyday words of three languages; and those that stand alone."""

from __future__ import annotations

import pytest

from bot.dialog.following import follow_up, goes_on, new_words
from bot.dialog.phrases import plain_words

LEANING = {
    "price": [
        "paljonko se maksaa?", "mitä se maksaa", "paljo se maksaa", "paljonks se kustantaa", "onko se ilmainen", "entä hinta",
        "pitääkö siitä maksaa jotain", "meneekö siitä maksu", "vad kostar det", "hur mycket kostar det då", "är det gratis",
        "how much is it", "what does it cost", "is there a fee", "do I have to pay for it",
    ],
    "hours": [
        "entä lauantaina?", "ja sunnuntaina?", "mites viikonloppuna", "milloin se on auki", "mihin aikaan se aukeaa",
        "onko siellä auki viikonloppuna", "kauanko se on auki", "och på lördag?", "när är det öppet", "är det öppet på lördag",
        "is it open on Sunday", "what time does it open", "how late are they open",
    ],
    "place": ["missä se on", "mis se on", "miten sinne pääsee", "entäs osoite", "var ligger det", "where is it", "how do I get there"],
    "phone": ["mihin soitan", "kenelle soitan", "mikä on puhelinnumero", "onko teillä puhelinnumeroa", "vart ska jag ringa", "who do I call"],
    "email": ["mihin sähköpostiin laitan", "onko sähköpostia", "vad har ni för e-post", "what's the email"],
    "contact": ["miten otan yhteyttä", "yhteystiedot", "hur kontaktar jag er", "how can I contact them"],
    "duration": [
        "kauanko siinä menee", "kui kauan siin menee", "kuinka kauan pitää odottaa", "milloin saan päätöksen",
        "montako viikkoa siinä menee", "hur lång tid tar det", "hur länge tar det", "how long does it take",
    ],
    "papers": [
        "mitä papereita siihen tarvitaan", "mitä tarvitsen mukaan", "mitä mä tarviin siihen", "mitä lomakkeita siihen tarvii",
        "tarviiko siihen jotain papereita", "vilka papper behöver jag", "vad ska jag ta med", "what papers do I need", "what do I need to bring",
    ],
    "who": ["kuka sitä hoitaa", "kuka siitä vastaa", "kenen puoleen käännyn", "vem sköter det", "who handles it"],
    "online": [
        "voiko sen tehdä netissä", "onnistuuko se netissä", "voiko sen maksaa netissä", "onko siihen sähköistä lomaketta",
        "kan man göra det på nätet", "can I do it online",
    ],
    "way": ["mistä sen saa", "mist sen saa", "miten sitä haetaan", "mitä pitää tehdä", "var får jag det", "how do I apply for it"],
}  # fmt: skip

STANDING_ALONE = [
    "paljonko bussikortti maksaa", "milloin uimahalli on auki", "missä kirjasto on", "paljonko uimahalli maksaa",
    "mistä saan passin", "miten haen asumistukea", "kuka on kaupunginjohtaja", "onko vapaita paikkoja", "lauantaina sataa",
    "vad kostar simhallen", "how much is a parking permit", "when is the market open", "ei", "kiitos", "mikä se on", "",
]  # fmt: skip

GOING_ON = [
    "entä moottoripyörälle?", "entä jos on kaksi autoa", "entäs eläkeläiset", "och om jag har två bilar", "hur är det med sommaren",
    "what about a motorcycle", "and for my daughter",
]  # fmt: skip


@pytest.mark.parametrize(("facet", "text"), [(facet, text) for facet, texts in LEANING.items() for text in texts])
def test_it_leans_on_the_last_answer(facet: str, text: str) -> None:
    assert follow_up(plain_words(text)) == (facet,)


@pytest.mark.parametrize("text", STANDING_ALONE)
def test_it_stands_alone(text: str) -> None:
    assert follow_up(plain_words(text)) == () and not goes_on(plain_words(text))


@pytest.mark.parametrize("text", GOING_ON)
def test_it_goes_on_with_something_new(text: str) -> None:
    words = plain_words(text)
    assert follow_up(words) == () and goes_on(words)


def test_two_things_are_asked_at_once_in_their_order() -> None:
    assert follow_up(plain_words("missä se on ja paljonko se maksaa")) == ("place", "price")


def test_what_is_new_is_what_is_neither_plain_nor_asked() -> None:
    assert new_words(plain_words("entä jos mulla on kaksi autoa")) == ["kaksi", "autoa"]
