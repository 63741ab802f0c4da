"""What a citizen may write into a booking."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.appointments.wish import (
    checked_email,
    checked_interpreter,
    checked_name,
    checked_note,
    checked_phone,
)
from services.errors import Invalid
from services.privacy.masking import MASK

FIELDS = [checked_name, checked_note, checked_interpreter, checked_email, checked_phone]


@pytest.mark.parametrize(
    ("check", "text", "kept"),
    [
        (checked_name, "  Karhu  ", "Karhu"),
        (checked_name, "A\u0308iti", "Äiti"),
        (checked_name, "👵🏽", "👵🏽"),
        (checked_name, "x" * 100, "x" * 100),
        (checked_name, "Karhu 010190-900X", f"Karhu {MASK}"),
        (checked_note, "rivi\r\ntoinen\tsarake", "rivi\ntoinen sarake"),
        (checked_note, "hetuni on 010190-900X.", f"hetuni on {MASK}."),
        (checked_email, "etu.suku+pori@example.fi", "etu.suku+pori@example.fi"),
        (checked_email, "karhu@Äetsä.example", "karhu@xn--ets-plad.example"),
        (checked_phone, "+358 (44) 123-4567", "+358 (44) 123-4567"),
        (checked_phone, "02  123 4567", "02 123 4567"),
    ],
)
def test_what_is_right_is_kept(check: Callable[[str], str], text: str, kept: str) -> None:
    assert check(text) == kept


@pytest.mark.parametrize(
    ("check", "text", "code"),
    [
        (checked_name, "", "required"),
        (checked_name, " \u200b ", "required"),
        (checked_name, "x" * 101, "too_long"),
        (checked_name, "Karhu\r\nBcc: x@example.fi", "control"),
        (checked_name, "Karhu\0", "control"),
        (checked_name, "\ud800", "control"),
        (checked_name, "\u202eevil", "control"),
        (checked_name, "a\u2028b", "control"),
        (checked_interpreter, "x" * 41, "too_long"),
        (checked_note, "x" * 1001, "too_long"),
        (checked_note, "\x1b[31m", "control"),
        (checked_email, "karhu", "email"),
        (checked_email, "@example.fi", "email"),
        (checked_email, "karhu@", "email"),
        (checked_email, "karhu@localhost", "email"),
        (checked_email, "karhu@example..fi", "email"),
        (checked_email, "karhu@example.fi\nBcc: x@example.fi", "email"),
        (checked_email, "karhu@example.fi, x@example.fi", "email"),
        (checked_email, '"a b"@example.fi', "email"),
        (checked_email, "x" * 65 + "@example.fi", "email"),
        (checked_email, "karhu@" + "x" * 64 + ".fi", "email"),
        (checked_email, "010190-900X@example.fi", "email"),
        (checked_phone, "12", "phone"),
        (checked_phone, "soita", "phone"),
        (checked_phone, "+" + "1" * 16, "phone"),
        (checked_phone, "010190-9003", "phone"),  # the shape of an identity code
    ],
)
def test_what_is_wrong_is_refused_with_its_code(check: Callable[[str], str], text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(text)
    assert refused.value.code == code


@given(st.sampled_from(FIELDS), st.text())
def test_any_text_is_kept_or_refused(check: Callable[[str], str], text: str) -> None:
    try:
        kept = check(text)
    except Invalid:
        return
    assert kept.encode()
    assert check(kept) == kept
