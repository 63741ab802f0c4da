"""What is heard when somebody tells what they need at an appointment, and when they ask for more time."""

from __future__ import annotations

import pytest

from bot.dialog.booking_hearing import wants_more_time
from bot.dialog.booking_needs import SIGN, UNKNOWN, Told, interpreter_in, offered, take, told, which_language
from bot.dialog.phrases import plain_words
from bot.dialog.talk import Draft
from bot.locale import say
from knowledge.model import LANGUAGES
from services.appointments.wish import NEEDS

HEARD = [
    ("arabiankielinen tulkki ja pyörätuoli", ("step_free",), "ar"),
    ("tarvitsen tulkin", (), UNKNOWN),
    ("viittomakielen tulkki", (), SIGN),
    ("käytän rollaattoria ja kuulolaitetta", ("step_free", "hearing_loop"), None),
    ("näytän asiakirjoja", ("papers",), None),
    ("äitini tulee mukaan", ("support_person",), None),
    ("en kuule hyvin, tarvitsen silmukan", ("hearing_loop",), None),
    ("teckenspråkstolk", (), SIGN),
    ("jag är rullstolsburen och behöver hörslinga", ("step_free", "hearing_loop"), None),
    ("en ledsagare och en kamera för papper", ("papers", "support_person"), None),
    ("I use a wheelchair and my wife comes with me", ("step_free", "support_person"), None),
    ("a Somali interpreter", (), "so"),
    ("I am hard of hearing", ("hearing_loop",), None),
    ("huomenna", (), None),
    ("klo 10", (), None),
]


@pytest.mark.parametrize(("text", "needs", "interpreter"), HEARD)
def test_needs_in_free_words(text: str, needs: tuple[str, ...], interpreter: str | None) -> None:
    said = told(plain_words(text))
    assert (said.needs, said.interpreter, said.nothing, said.refused) == (needs, interpreter, False, False)


@pytest.mark.parametrize(
    "text",
    ["ei", "en tarvitse mitään", "ei mitään kiitos", "siinä kaikki", "nej tack", "det var allt", "no", "nothing else",
     "That's all", "ei muuta"],
)  # fmt: skip
def test_nothing_more(text: str) -> None:
    assert told(plain_words(text)) == Told((), None, True, told(plain_words(text)).refused)


def test_what_is_not_needed_is_taken_back() -> None:
    draft = Draft(place="lavia", interpreter="ar", needs=["papers", "step_free"])
    take(draft, told(plain_words("en tarvitse tulkkia enkä kameraa")), "viittomakieli")
    assert (draft.interpreter, draft.needs) == (None, ["step_free"])


def test_an_interpreter_named_before_is_not_asked_the_language_of_again() -> None:
    draft = Draft(interpreter="ar")
    take(draft, told(["tulkki"]), "viittomakieli")
    assert (draft.interpreter, draft.which) == ("ar", False)


@pytest.mark.parametrize(
    ("text", "language"),
    [("kurdin", "ku"), ("en tiedä", UNKNOWN), ("oromo", "oromo"), ("mitä se maksaa?", None),
     ("haluan tietää mitä asukaspysäköinti maksaa", None), ("2", None)],
)  # fmt: skip
def test_the_language_of_an_interpreter(text: str, language: str | None) -> None:
    assert which_language(plain_words(text), text) == language


def test_every_need_but_the_identification_is_asked_and_at_home_only_what_makes_sense() -> None:
    assert {*offered("lavia"), "identification"} == set(NEEDS)
    assert offered("home") == ("support_person",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_on_the_buttons_mean_what_they_say(language: str) -> None:
    for need in offered("lavia"):
        said = told(plain_words(say(language, f"booking.need_{need}")))
        assert (said.needs, said.interpreter) == ((need,), None), (language, need)
    for way in ("nothing", "no_more"):
        assert told(plain_words(say(language, f"booking.need_{way}"))).nothing, (language, way)
    assert interpreter_in(plain_words(say(language, "booking.need_sign"))) == SIGN
    assert told(plain_words(say(language, "booking.need_interpreter"))).interpreter == UNKNOWN
    assert wants_more_time(plain_words(say(language, "pages.chat_hold_more")))


@pytest.mark.parametrize(
    "text", ["lisää aikaa", "saanko vielä vähän lisää aikaa kiitos", "mer tid tack", "need more time"]
)
def test_more_time_is_asked_for_in_many_words(text: str) -> None:
    assert wants_more_time(plain_words(text))


@pytest.mark.parametrize("text", ["Aika Aikanen", "aikaa", "huomenna", "haluan vaihtaa aikaa", "Mysteeri"])
def test_names_and_other_wishes_are_no_call_for_more_time(text: str) -> None:
    assert not wants_more_time(plain_words(text))
