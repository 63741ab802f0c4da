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
    checked_needs,
    checked_note,
    checked_phone,
    citizen_of,
)
from services.errors import Invalid
from services.ids import new_id

_REQUIRED = ("slot", "topic", "place", "language")
ID_LENGTH = 400


def wish_of(body: Any) -> Wish:
    """The wish in `{slot, topic, place, language, name, email|phone, note?, interpreter?, needs?, hold?, same_expert?,
    one_at_a_time?}`. Raises InvalidFields.

    An empty or null optional value counts as left out. `interpreter`: what is wished for in words, or true.
    `one_at_a_time`: refuse a time at which the same name and contact have another appointment.
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

    def is_set(field: str) -> bool:
        value = body.get(field)
        if value is not None and not isinstance(value, bool):
            wrong.append((field, "type"))
        return value is True

    slot, topic, place, language = (read(field, _id_of(field), required=True) for field in _REQUIRED)
    name = read("name", checked_name, required=True)
    email, phone = read("email", checked_email), read("phone", checked_phone)
    if not (email or phone) and not {field for field, _ in wrong} & {"email", "phone"}:
        wrong.append(("email", "contact"))
    note = read("note", checked_note)
    asked = body.get("interpreter")
    interpreter = "yes" if asked is True else None if asked is False else read("interpreter", checked_interpreter)
    needs = _needs(body.get("needs"), wrong)
    hold = read("hold", _id_of("hold"))
    same_expert, one_at_a_time = is_set("same_expert"), is_set("one_at_a_time")
    if wrong or not (slot and topic and place and language and name):
        raise InvalidFields(wrong)
    citizen = citizen_of(name, email, phone) if one_at_a_time else None
    return Wish(
        new_id(), slot, topic, place, language, name, email, phone, note, interpreter, needs, hold, same_expert, citizen
    )


def with_interpreter(body: dict[str, Any]) -> bool:
    """Whether `interpreter` is wished for: true, or in words as in a booking. Raises InvalidFields."""
    asked = body.get("interpreter")
    if asked is not None and not isinstance(asked, bool | str):
        raise InvalidFields([("interpreter", "type")])
    return bool(asked)


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


def _needs(asked: Any, wrong: list[tuple[str, str]]) -> tuple[str, ...]:
    if asked is None:
        return ()
    if not isinstance(asked, list) or not all(isinstance(each, str) for each in asked):
        wrong.append(("needs", "type"))
        return ()
    try:
        return checked_needs(asked)
    except Invalid as invalid:
        wrong.append(("needs", invalid.code))
        return ()


def _id_of(field: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if len(text) > ID_LENGTH:
            raise Invalid(field, "too_long")
        return text

    return check
