"""From a request's JSON to a wish: every wrong field is told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.web.problems import InvalidFields
from services.appointments.wish import (
    Wish,
    checked_email,
    checked_interpreter,
    checked_name,
    checked_note,
    checked_phone,
)
from services.errors import Invalid
from services.ids import new_id

_REQUIRED = ("slot", "topic", "place", "language")
ID_LENGTH = 400


def wish_of(body: Any) -> Wish:
    """The wish in `{slot, topic, place, language, name, email|phone, note?, interpreter?}`. Raises InvalidFields.

    An empty or null optional value counts as left out. `interpreter`: what is wished for in words, or true.
    """
    if not isinstance(body, dict):
        raise InvalidFields([("body", "type")])
    wrong: list[tuple[str, str]] = []

    def read(field: str, check: Callable[[str], str], *, required: bool = False) -> str | None:
        value = body.get(field)
        if value is None or value == "":
            if required:
                wrong.append((field, "required"))
            return None
        if not isinstance(value, str):
            wrong.append((field, "type"))
            return None
        try:
            return check(value)
        except Invalid as invalid:
            wrong.append((field, invalid.code))
            return None

    slot, topic, place, language = (read(field, _id_of(field), required=True) for field in _REQUIRED)
    name = read("name", checked_name, required=True)
    email, phone = read("email", checked_email), read("phone", checked_phone)
    if not (email or phone) and not {field for field, _ in wrong} & {"email", "phone"}:
        wrong.append(("email", "contact"))
    note = read("note", checked_note)
    asked = body.get("interpreter")
    interpreter = "yes" if asked is True else None if asked is False else read("interpreter", checked_interpreter)
    if wrong or not (slot and topic and place and language and name):
        raise InvalidFields(wrong)
    return Wish(new_id(), slot, topic, place, language, name, email, phone, note, interpreter)


def slot_of(body: Any) -> str:
    """The slot id in `{slot}`. Raises InvalidFields."""
    if not isinstance(body, dict):
        raise InvalidFields([("body", "type")])
    slot = body.get("slot")
    if slot is None or slot == "":
        raise InvalidFields([("slot", "required")])
    if not isinstance(slot, str):
        raise InvalidFields([("slot", "type")])
    return slot


def _id_of(field: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if len(text) > ID_LENGTH:
            raise Invalid(field, "too_long")
        return text

    return check
