"""What a citizen asks for when booking, cleaned and checked field by field. Pure.

Identity codes are masked here, before anything is stored: the place where a wish is made is the one way to the tables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from services.errors import Invalid
from services.ids import digest
from services.privacy.masking import mask_text

NAME_LENGTH = 100
NOTE_LENGTH = 1000
INTERPRETER_LENGTH = 40
REASON_LENGTH = 200
EMAIL_LENGTH = 254
NEEDS = ("step_free", "hearing_loop", "papers", "support_person", "identification")
"""What a citizen may need: a way without steps, a hearing loop, a camera for papers, room for somebody with them, to be
identified at the place. Nothing about health, income or the matter itself is asked.
"""

# Control characters, lone surrogates, line separators: they forge headers and log lines and are no part of a name.
_UNWANTED = {"Cc", "Cs", "Zl", "Zp"}
_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
_PHONE = re.compile(r"\+?\d[\d ()-]{4,24}\d")


@dataclass(frozen=True, slots=True)
class Wish:
    """A booking as asked for. The caller makes `id` (`new_id()`), so that a reply can be decided before the commit.

    At least one of `email` and `phone` is given. `hold`: the token of a hold on the slot. `same_expert`: it must be
    this expert, who is not replaced by a colleague. `citizen`: who it is for (`citizen_of()`), where that is known; one
    citizen has one appointment at a time. `session` ties the events of a talk together.
    """

    id: str
    slot: str
    topic: str
    place: str
    language: str
    name: str
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    interpreter: str | None = None
    needs: tuple[str, ...] = ()
    hold: str | None = None
    same_expert: bool = False
    citizen: str | None = None
    session: str | None = None


def citizen_of(name: str, email: str | None = None, phone: str | None = None) -> str:
    """Who has this name and this e-mail address or phone number, however they are written; nothing can be read from it.

    A household shares an address: another name is somebody else.
    """
    number = "".join(filter(str.isdigit, phone or "")).removeprefix("00").removeprefix("358").lstrip("0")
    return digest(f"{' '.join(name.casefold().split())}|{(email or number).casefold()}")


def checked_name(text: str) -> str:
    """A name (a nickname will do). Raises Invalid `name`: required, too_long, control."""
    return _line("name", text, NAME_LENGTH)


def checked_interpreter(text: str) -> str:
    """The language or kind of interpreting asked for. Raises Invalid `interpreter`."""
    return _line("interpreter", text, INTERPRETER_LENGTH)


def checked_needs(wished: Iterable[str]) -> tuple[str, ...]:
    """Each of NEEDS that is wished for, once. Raises Invalid `needs`."""
    asked = set(wished)
    if not asked <= set(NEEDS):
        raise Invalid("needs", "needs")
    return tuple(need for need in NEEDS if need in asked)


def checked_note(text: str) -> str:
    """A note of several lines. Raises Invalid `note`: required, too_long, control."""
    return _line("note", text.replace("\r\n", "\n").replace("\t", " "), NOTE_LENGTH, lines=True)


def checked_reason(text: str) -> str:
    """Why an appointment is cancelled, in one line. Raises Invalid `reason`: required, too_long, control."""
    return _line("reason", text, REASON_LENGTH)


def checked_email(text: str) -> str:
    """An address that mail can be sent to, its domain in ASCII. Raises Invalid `email`."""
    local, at, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode().lower()}"
    except UnicodeError as error:
        raise Invalid("email", "email") from error
    if not (at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(address.rpartition("@")[2])):
        raise Invalid("email", "email")
    if len(local) > 64 or len(address) > EMAIL_LENGTH or mask_text(address)[1]:
        raise Invalid("email", "email")
    return address


def checked_phone(text: str) -> str:
    """A telephone number as it was written. Raises Invalid `phone`."""
    number = " ".join(text.split())
    if not _PHONE.fullmatch(number) or sum(map(str.isdigit, number)) > 15 or mask_text(number)[1]:
        raise Invalid("phone", "phone")
    return number


def _line(field: str, text: str, most: int, *, lines: bool = False) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    allowed = {"\n"} if lines else set()
    if any(
        (unicodedata.category(character) in _UNWANTED or character in _BIDI) and character not in allowed
        for character in text
    ):
        raise Invalid(field, "control")
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        raise Invalid(field, "required")
    if len(text) > most:
        raise Invalid(field, "too_long")
    return mask_text(text)[0][:most]
