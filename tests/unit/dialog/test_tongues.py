"""Names of the world's languages."""

from __future__ import annotations

import pytest

from bot.locale.notices import notices
from bot.locale.tongues import named, tongue


@pytest.mark.parametrize(
    ("code", "own", "direction", "finnish"),
    [
        ("ru", "русский", "ltr", "venäjä"),
        ("ru-Latn", "русский", "ltr", "venäjä"),
        ("ar", "العربية", "rtl", "arabia"),
        ("ckb", "کوردیی ناوەندی", "rtl", "soranî"),
        ("tl", "Filipino", "ltr", "tagalog"),
    ],
)
def test_a_language_has_names_and_a_direction(code: str, own: str, direction: str, finnish: str) -> None:
    assert (tongue(code).own, tongue(code).direction, named(code, "fi")) == (own, direction, finnish)


def test_what_is_no_code_stays_as_it_was_written() -> None:
    assert named("Arabic, a woman if possible", "fi") == "Arabic, a woman if possible"
    assert tongue("xx").both("en") == "xx" and tongue("").own == ""


def test_every_notice_has_a_name_that_fits_an_appointment() -> None:
    for code in notices():
        assert tongue(code).own, code
        assert named(code, "fi") != code
