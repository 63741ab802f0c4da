"""What a message is: commands and small talk as people write them, and questions that only begin like one."""

from __future__ import annotations

import pytest

from bot.dialog.phrases import plain_words
from bot.dialog.understand import reading, recognise
from bot.locale import say
from knowledge.files import SHIPPED, read_folder
from knowledge.matching import Found
from knowledge.model import LANGUAGES

KNOWN = [
    ("apua", "command", "help", "fi"),
    ("Mitä osaat?", "command", "help", "fi"),
    ("hjälp", "command", "help", "sv"),
    ("what can you do", "command", "help", "en"),
    ("peruuta", "command", "cancel", "fi"),
    ("en halua jatkaa", "command", "cancel", "fi"),
    ("avbryt, tack", "command", "cancel", "sv"),
    ("never mind", "command", "cancel", "en"),
    ("keskeytä varaus", "command", "stop_booking", "fi"),
    ("aloita alusta", "command", "over", "fi"),
    ("börja om", "command", "over", "sv"),
    ("start over please", "command", "over", "en"),
    ("haluan puhua ihmiselle", "command", "person", "fi"),
    ("ihminen", "command", "person", "fi"),
    ("jag vill tala med en människa", "command", "person", "sv"),
    ("let me speak to a real person", "command", "person", "en"),
    ("tallenna keskustelu", "command", "save", "fi"),
    ("spara samtalet", "command", "save", "sv"),
    ("save this chat", "command", "save", "en"),
    ("takaisin", "command", "back", "fi"),
    ("gå tillbaka", "command", "back", "sv"),
    ("go back", "command", "back", "en"),
    ("varaa aika", "command", "book", "fi"),
    ("jag vill boka tid", "command", "book", "sv"),
    ("I would like to book an appointment", "command", "book", "en"),
    ("på svenska", "command", "to_sv", "sv"),
    ("in English please", "command", "to_en", "en"),
    ("puhutaan suomea", "command", "to_fi", "fi"),
    ("moi", "smalltalk", "greeting", "fi"),
    ("hej hej", "smalltalk", "bye", "sv"),
    ("hi there", "smalltalk", "greeting", "en"),
    ("kiitos paljon avusta!", "smalltalk", "thanks", "fi"),
    ("tack så mycket", "smalltalk", "thanks", "sv"),
    ("thanks, bye", "smalltalk", "thanks", "en"),
    ("mitä kuuluu", "smalltalk", "how", "fi"),
    ("oletko sä robotti", "smalltalk", "bot", "fi"),
    ("är du en robot", "smalltalk", "bot", "sv"),
    ("who are you", "smalltalk", "bot", "en"),
    ("kerro joku hyvä vitsi", "smalltalk", "joke", "fi"),
    ("mul on tylsää", "smalltalk", "bored", "fi"),
    ("vitun hyödytön botti", "smalltalk", "abuse", "fi"),
    ("dra åt helvete", "smalltalk", "abuse", "sv"),
    ("fuck this city", "smalltalk", "abuse", "en"),
]

QUESTIONS = [
    "kiitos, mutta miten haen paikkaa päiväkotiin",
    "moi, paljonko bussikortti maksaa",
    "missä vitussa saan bussikortin",
    "hej, var kan jag parkera",
    "thanks but where do I pay the fine",
    "apua, jätelasku on väärin",
    "pääsekään huomenna, miten perun",
    "peruuta jäteastian tyhjennys",
    "heinänteko",
    "stadscykel",
    "oletko robotti vai ihminen",
    "suomen kielen kurssi",
    "",
]


def answering(text: str, language: str | None) -> Found:
    """Answers everything, so that a test sees who was asked."""
    return Found(text, language or "fi", "answer", 1.0, ())


@pytest.mark.parametrize(("text", "kind", "what", "language"), KNOWN)
def test_commands_and_small_talk(text: str, kind: str, what: str, language: str) -> None:
    heard = recognise(text, plain_words(text), hint=language)
    assert heard is not None
    assert (heard.kind, heard.what, heard.language) == (kind, what, language)


@pytest.mark.parametrize("text", QUESTIONS)
def test_questions_are_left_to_the_matcher(text: str) -> None:
    assert recognise(text, plain_words(text), hint="fi") is None


def test_words_of_all_languages_leave_the_talk_in_its_own() -> None:
    heard = [recognise("stop", ["stop"], hint=tag) for tag in LANGUAGES]
    assert [each and each.language for each in heard] == list(LANGUAGES)


@pytest.mark.parametrize("text", ["tapan itseni", "kiitos", "haista paska", "apua", "in English"])
def test_a_bare_reading_counts_them_as_unknown(text: str) -> None:
    found = reading(text, answering)
    assert (found.decision, found.candidates, found.ours) == ("unknown", (), 0.0)


@pytest.mark.parametrize("text", ["haluan puhua ihmiselle", "boka tid", "missä on kirjasto"])
def test_a_bare_reading_leaves_what_has_an_entry_to_the_matcher(text: str) -> None:
    assert reading(text, answering).decision == "answer"


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_buttons_are_understood(language: str) -> None:
    buttons = {
        "dialog.choose_book": "book",
        "dialog.choose_person": "person",
        "dialog.choose_help": "help",
        "dialog.choose_save": "save",
        "booking.stop": "stop_booking",
        "booking.back": "back",
        "pages.chat_person": "person",
    }
    for key, what in buttons.items():
        text = say(language, key)
        heard = recognise(text, plain_words(text), hint=language)
        assert heard is not None and (heard.what, heard.language) == (what, language), text


def test_no_phrasing_of_the_content_is_taken_for_small_talk() -> None:
    taken = [
        (entry.id, phrasing)
        for entry in read_folder(SHIPPED).entries
        for language in LANGUAGES
        for phrasing in (entry.title.in_(language), *entry.phrasings.in_(language))
        if (heard := recognise(phrasing, plain_words(phrasing), hint=language))
        and (heard.kind == "smalltalk" or (heard.kind == "command" and heard.what not in {"person", "book"}))
    ]
    assert taken == []
