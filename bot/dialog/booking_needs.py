"""What a citizen needs at the appointment. Asked before the times are shown, since an interpreter makes it longer.

Only what has to be made ready is asked: nothing about health or the matter itself. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.dialog.phrases import Phrases, plain_words
from bot.dialog.talk import Draft
from bot.locale.notices import notices
from bot.locale.tongues import named
from knowledge.model import LANGUAGES
from services.appointments.wish import checked_interpreter
from services.errors import Invalid

SIGN = "sign"
UNKNOWN = "yes"
"""An interpreter is needed, and it is not known for which language."""
WHICH = ("ru", "uk", "ar", "so", "fa", "ku")
"""The languages that have a button; any other is written."""

_ASKED = ("step_free", "hearing_loop", "papers", "support_person")
_OF_THE_HOUSE = {"step_free", "hearing_loop", "papers"}

_Word = Literal["interpreter", "sign", "step_free", "hearing_loop", "papers", "support_person"]
_WORDS: dict[_Word, str] = {
    "interpreter": "tulk*|kielitulk*|tolk*|interpret*|translator*",
    "sign": "viittom*|teckensprak*\nsign language",
    "step_free": """
        esteet*|pyoratuol*|rollaattor*|rullaattor*|portait*|portaat|luiska*|ramppi*|hissi*
        rullstol*|rollator*|trappor|trappa|ramp*|hiss|hissen|tillganglig*
        wheelchair*|walker|stairs|steps|lift|elevator|accessib*
        step free|access
        """,
    "hearing_loop": """
        induktio*|silmukka*|silmukan|kuulolait*|kuulokoj*|huonokuul*
        horslinga*|slinga*|horapparat*|horselskad*
        hearing loop|aid*|impair*
        hard hearing
        """,
    "papers": """
        paperi*|papereit*|paperei*|asiakirj*|dokument*|dokkari*|kamera*
        papper*|handling*|kameran
        paper|papers|document*|camera*
        """,
    "support_person": """
        tukihenk*|avustaj*|saattaj*|laheiseni|laheinen|omaiseni|omainen
        joku|aiti|aitini|isa|isani|puoliso|puolisoni|ystava|ystavani mukana|mukaan|mukaani
        stodperson*|ledsagare|assistent*|anhorig*
        nagon med
        companion|carer|assistant|relative|helper
        support person
        somebody|someone|friend|mother|father|wife|husband|spouse with
        """,
}
_NOTHING = """
    en|ei|mitaan|eipa|enpa
    en|ei tarvitse|tarvi|tarvii|tarvita
    en|ei tarvitse|tarvi|tarvii|tarvita mitaan|muuta
    en|ei|eika mitaan|muuta
    siina|tassa kaikki
    kaikki|valmis|jatka|jatketaan
    inget|nej|inga|nix
    jag behover inget|ingenting
    det var allt
    inget|ingenting mer|annat
    klart|klar|fortsatt
    nothing|no|none|nope|done
    nothing needed|else|more
    no thanks
    i need nothing
    do not need anything
    dont need anything
    that is|was all
    thats all|it
    continue|go on
"""
_UNSURE = "en tieda|muista\nen osaa sanoa\nvet inte|ej\ndont|not know\nno idea"
_NEGATED = """
    en|ei tarvitse|tarvi|tarvii|tarvita|halua
    behover|vill inte
    ingen tolk
    no|without interpreter
    dont|not need|want
"""
_FILLERS = "kiitos kiitti niin tack thanks thank you please ole hyva voit voidaan"

_ALSO_INTERPRETED = "de fr it pt nl el lt lv hi bn ur ps ti am ja ko"
_SURE = 4
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says of needs. `nothing`: there are none, or no more; `refused`: these are not needed."""

    needs: tuple[str, ...]
    interpreter: str | None
    nothing: bool
    refused: bool

    def __bool__(self) -> bool:
        return bool(self.needs or self.interpreter or self.nothing)


def offered(place: str | None) -> tuple[str, ...]:
    """What is asked for an appointment at `place`: at home nobody needs our way without steps."""
    return tuple(need for need in _ASKED if place != "home" or need not in _OF_THE_HOUSE)


def told(words: Sequence[str]) -> Told:
    """What is said of needs: "arabiankielinen tulkki ja pyörätuoli", "ei muuta"."""
    heard = set(_needs().spot(words))
    language = interpreter_in(words) or (UNKNOWN if "interpreter" in heard else None)
    needs = tuple(need for need in _ASKED if need in heard)
    return Told(needs, language, bool(_nothing().cover(words)), any(_negated().spot(words)))


def take(draft: Draft, said: Told, sign_language: str) -> None:
    """Note what was said; `sign_language` is how that is called in the language of the talk."""
    if said.refused:
        draft.needs = [need for need in draft.needs if need not in said.needs]
        if said.interpreter:
            draft.interpreter = None
        return
    known = offered(draft.place)
    draft.needs = [need for need in known if need in (*draft.needs, *said.needs)]
    if said.interpreter == SIGN:
        draft.interpreter = sign_language
    elif said.interpreter and not (said.interpreter == UNKNOWN and draft.interpreter):
        draft.interpreter = said.interpreter
        draft.which = said.interpreter == UNKNOWN


def which_language(words: Sequence[str], text: str) -> str | None:
    """The answer to "an interpreter for which language": a code, UNKNOWN, or other words; None where it is none."""
    found = interpreter_in(words)
    if found or _nothing().cover(words) or any(_unsure().spot(words)):
        return found or UNKNOWN
    if not 0 < len(words) <= _SHORT or any(map(str.isdigit, text)) or "?" in text:
        return None
    try:
        return checked_interpreter(text)
    except Invalid:
        return None


def interpreter_in(words: Sequence[str]) -> str | None:
    """The code of the language that an interpreter is wished for in: "arabiaksi", "venäjän tulkki"; or SIGN."""
    return next(_interpreted().spot(words), None)


@cache
def _interpreted() -> Phrases[str]:
    tables = {SIGN: _WORDS["sign"]}
    for code in (*notices(), *_ALSO_INTERPRETED.split()):
        names = {word for language in LANGUAGES for word in plain_words(named(code, language))[:1]}
        tables[code] = "\n".join(f"{_stem(name)}*" for name in names)
    return Phrases(tables)


def _stem(name: str) -> str:
    """What the cases of a name begin with: venäjän, turkin."""
    weakens = name[-3:-2] == name[-2:-1]
    return name[: max(_SURE, len(name) - (2 if weakens else 1))]


@cache
def _needs() -> Phrases[_Word]:
    return Phrases(_WORDS)


@cache
def _nothing() -> Phrases[bool]:
    return Phrases({True: _NOTHING}, _FILLERS)


@cache
def _unsure() -> Phrases[bool]:
    return Phrases({True: _UNSURE})


@cache
def _negated() -> Phrases[bool]:
    return Phrases({True: _NEGATED})
