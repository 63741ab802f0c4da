"""What a citizen answers in a booking, in free words: "huomenna", "lavialla", "klo 10", "englanniksi", "2"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from bot.dialog.booking import Step
from bot.dialog.booking_choices import Choice
from bot.dialog.days import dates_written, days_named
from bot.dialog.phrases import Phrases, plain_words
from services.appointments.wish import checked_email, checked_name, checked_phone
from services.errors import Invalid

YES = "vahvista vahvistan varaa joo juu kylla ok okei kyl ja jo jepp bekrafta boka yes yep confirm book"

_CLOCK = re.compile(r"(?:\bklo|\bkello|\bkl\.?|\bat|\bkl)\s*(\d{1,2})(?:[.:](\d\d))?", re.IGNORECASE)
_BARE = re.compile(r"(?<!\d)(\d{1,2})[.:](\d\d)(?![.\d])|^\D*(\d{1,2})\D*$")
_EMAIL = re.compile(r"[^\s<>,;()]+@[^\s<>,;()]+")
_NUMBER = re.compile(r"\+?\d[\d ()-]{4,24}\d")
_CALLED = re.compile(
    r"^\s*(?:nimeni on|nimi on|olen|mun nimi on|mitt namn är|jag heter|my name is|i am|i'm|call me)\s+", re.IGNORECASE
)
_CHANGE = "muut*|vaih*|korja*|vaara|andra|byt|byta|korrigera|fel|change|edit|correct|wrong"
_WRONG = "vaarin|vaara|fel|wrong"
_LINES: dict[Step, str] = {
    "topic": "aihe*|amne|amnet|topic|subject",
    "place": "paikka*|paikan|plats|platsen|place",
    "language": "kieli|kielen|kielta|sprak|spraket|language",
    "needs": "tarpe*|tarve*|behov|behoven|needs|need",
    "day": "paiva*|dag|dagen|day|date",
    "time": "aika|ajan|aikaa|kellonai*|kellonaja*|tid|tiden|time",
    "name": "nimi*|nimen|nimea|namn|namnet|name",
    "contact": "sahkopost*|email*|puhelin*|numero*|yhteyst*|epost*|telefon*|kontakt*|phone|contact",
}
_MORE_TIME = """
    lisaa|enemman aikaa
    tarvitsen|tarviin|tarvin|tarttisin|haluan|haluaisin|saanko|saisinko|voinko lisaa|enemman aikaa
    saanko|saisinko|voinko saada lisaa|enemman aikaa
    anna lisaa|enemman aikaa
    jatka|pidenna aikaa|varausta
    aika riita
    mer|mera|langre tid
    behover|vill|ha mer|mera|langre tid
    more|extra time
    need|want|have|get more|extra time
    extend time|hold
"""
_FILLERS = "viela vahan hetken ei kiitos pliis jag lite tack kan far i some a bit can please the my"
_NAME = 5
_LEAST = 3
_SURE = 4
_ALMOST = 0.75
_LONGEST_NAME = 60


def pick(step: Step, text: str, choices: Sequence[Choice], shown: Sequence[Choice], today: date) -> Choice | None:
    """The one choice that the words mean, or none where they mean none or several. `shown`: those with buttons now."""
    words = plain_words(text)
    said = " ".join(words)
    same = [choice for choice in choices if " ".join(plain_words(choice.label)) == said]
    if same:
        return same[0]
    if step == "day":
        return _only(_of_day(text, words, choices, today)) or _numbered(words, shown)
    if step == "time":
        return _at_time(text, choices) or _numbered(words, shown)
    return _numbered(words, shown) or _alike(words, choices)


def place_named(words: Sequence[str], choices: Sequence[Choice]) -> Choice | None:
    """The one place that is named outright among other words: stricter than an answer to "where do you want to be"."""
    return _only(
        [
            choice
            for choice in choices
            if any(word in choice.also.split() or word.startswith(choice.value[:_NAME]) for word in words)
        ]
    )


def at_clock(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice at an hour told beside something else: "maanantaina klo 10"."""
    found = _CLOCK.search(text)
    return _hour(choices, int(found[1]), found[2]) if found else None


def line_to_change(words: Sequence[str]) -> Step | None:
    """The line of the summary that is to be changed: "mä haluun muuttaa nimen", "fel namn", "my email is wrong"."""
    return next(_changes().spot(words), None)


@cache
def _changes() -> Phrases[Step]:
    return Phrases({step: f"{_CHANGE} {line}\n{line} {_WRONG}" for step, line in _LINES.items()})


def wants_more_time(words: Sequence[str]) -> bool:
    """Whether the chosen time is to be kept longer: "tarvitsen lisää aikaa"."""
    return bool(_more_time().cover(words))


@cache
def _more_time() -> Phrases[bool]:
    return Phrases({True: _MORE_TIME}, _FILLERS)


def name_in(text: str) -> str:
    """The name. Raises Invalid `name`; code `question` where it is rather a question than a name."""
    name = _CALLED.sub("", text).strip(" .,!")
    if "?" in text or len(name) > _LONGEST_NAME:
        raise Invalid("name", "question")
    return checked_name(name)


def contact_in(text: str) -> tuple[str | None, str | None]:
    """The e-mail address and the phone number, at least one. Raises Invalid `email`, `phone` or `contact`."""
    address = _EMAIL.search(text)
    email = checked_email(address[0].strip(".,:;")) if address else None
    number = _NUMBER.search(_EMAIL.sub(" ", text))
    if number is None and email is None:
        raise Invalid("email" if "@" in text else "phone" if any(map(str.isdigit, text)) else "contact", "contact")
    return email, checked_phone(number[0]) if number else None


def _only(found: list[Choice]) -> Choice | None:
    return found[0] if len(found) == 1 else None


def _numbered(words: Sequence[str], shown: Sequence[Choice]) -> Choice | None:
    """The choice of a bare number, counted from 1."""
    if len(words) != 1 or not words[0].isdecimal() or not 1 <= int(words[0]) <= len(shown):
        return None
    return shown[int(words[0]) - 1]


def _of_day(text: str, words: Sequence[str], choices: Sequence[Choice], today: date) -> list[Choice]:
    """The choices on the day that is written ("30.11."), named ("perjantaina") or numbered ("30 Nov")."""
    written = dates_written(text)
    if written:
        found = [each for each in choices if each.at and (each.at.day, each.at.month) in written]
        if found:
            return found
    named = {day.isoformat() for day in days_named(words, today)}
    if named:
        first_two = [each for each in choices if each.value in named]
        if first_two:
            return first_two
    numbers = {int(word) for word in words if word.isdecimal() and len(word) <= 2}
    return [] if _CLOCK.search(text) else [each for each in choices if each.at and each.at.day in numbers]


def _at_time(text: str, choices: Sequence[Choice]) -> Choice | None:
    told = at_clock(text, choices)
    if told:
        return told
    found = _BARE.search(text)
    return _hour(choices, int(found[1] or found[3]), found[2]) if found else None


def _hour(choices: Sequence[Choice], hour: int, minutes: str | None) -> Choice | None:
    """The choice at that time; the first of the hour where no minutes are told. "3" in the afternoon is 15."""
    for wanted in (hour, hour + 12):
        fitting = [each for each in choices if each.at and each.at.hour == wanted]
        exact = [each for each in fitting if each.at and each.at.minute == int(minutes or 0)]
        if exact or (fitting and minutes is None):
            return (exact or fitting)[0]
    return None


def _alike(words: Sequence[str], choices: Sequence[Choice]) -> Choice | None:
    """The choice that shares most words with the answer, its other names and inflected forms included."""
    scores = [(sum(any(_near(word, own) for own in _words(choice)) for word in words), choice) for choice in choices]
    best = max((score for score, _ in scores), default=0)
    return _only([choice for score, choice in scores if score == best]) if best else None


def _words(choice: Choice) -> list[str]:
    return [*plain_words(choice.label), *choice.also.split()]


def _near(word: str, own: str) -> bool:
    """Whether two words begin alike: "lavialla" and "lavian", "kotona" and "koti"."""
    shorter = min(len(word), len(own))
    shared = next((n for n in range(shorter) if word[n] != own[n]), shorter)
    return shared >= _LEAST and (shared >= _SURE or shared >= _ALMOST * shorter)
