from __future__ import annotations

from knowledge.matching import Matcher

# Written for this test; none of them stands in the content.
SHORT = [
    ("uimahallin hinnat", "fi"),
    ("lumet auraamatta", "fi"),
    ("missä kirjasto", "fi"),
    ("mis mää voin uida", "fi"),
    ("hukkasin avaimeni", "fi"),
    ("koiralle puisto", "fi"),
    ("haluaisin varata ajan", "fi"),
    ("paivakotiin hakeminen", "fi"),
    ("Virtasen Matin hautapaikka", "fi"),
    ("simhallens priser", "sv"),
    ("gatan är oplogad", "sv"),
    ("var är biblioteket", "sv"),
    ("hundpark nära mig", "sv"),
    ("tappade mina nycklar", "sv"),
    ("boka en tid", "sv"),
    ("bygglov för garage", "sv"),
    ("swimming pool prices", "en"),
    ("street not ploughed", "en"),
    ("where is the library", "en"),
    ("lost my keys", "en"),
    ("book an appointment", "en"),
    ("building permit garage", "en"),
]
OTHER = [
    ("Як записати дитину до школи?", "uk"),
    ("Как записаться на приём?", "ru"),
    ("كيف أسجل طفلي في المدرسة", "ar"),
    ("چگونه می‌توانم وقت بگیرم", "fa"),
    ("ฉันจะจอดรถได้ที่ไหน", "th"),
    ("我在哪里可以停车", "zh"),
    ("どこに駐車できますか", "ja"),
    ("Sidee ayaan ilmahayga dugsiga uga diiwaangeliyaa, xaggee ayaan aadaa", "so"),
    ("Kuidas ma saan oma lapse kooli panna?", "et"),
    ("Wie kann ich mein Kind in der Schule anmelden?", "de"),
    ("¿Cómo puedo inscribir a mi hijo en la escuela?", "es"),
    ("Comment est-ce que je peux inscrire mon enfant à l'école ?", "fr"),
    ("Jak mogę zapisać dziecko do szkoły?", "pl"),
    ("Çocuğumu okula nasıl kaydedebilirim, nereye gitmem gerekiyor?", "tr"),
]


def test_short_messages(shipped: Matcher) -> None:
    wrong = [(text, language, got) for text, language in SHORT if (got := shipped.find(text).language) != language]
    assert not wrong


def test_languages_the_content_does_not_have(shipped: Matcher) -> None:
    wrong = [(text, language, got) for text, language in OTHER if (got := shipped.find(text).language) != language]
    assert not wrong


def test_the_page_decides_what_is_the_same_in_all(shipped: Matcher) -> None:
    assert [shipped.find("salon", language=each).language for each in ("fi", "sv", "en")] == ["fi", "sv", "en"]
    assert [shipped.find("???", language=each).language for each in ("fi", "sv", "en")] == ["fi", "sv", "en"]


def test_the_page_does_not_outweigh_what_is_written(shipped: Matcher) -> None:
    assert shipped.find("missä on kirjasto", language="sv").language == "fi"
    assert shipped.find("where is the library", language="fi").language == "en"


def test_title_is_in_the_language_of_the_message(shipped: Matcher, shipped_content: object) -> None:
    titles = {each.id: each.title for each in shipped_content.entries}  # type: ignore[attr-defined]
    for text, language in (
        ("where is the library", "en"),
        ("var finns biblioteket", "sv"),
        ("як знайти бібліотеку", "uk"),
    ):
        for candidate in shipped.find(text).candidates:
            assert candidate.title == titles[candidate.entry].in_(language)
