"""Identity codes are masked by shape; numbers that only look a little like them are left alone."""

import pytest

from services.privacy.masking import MASK, mask, mask_text

SEPARATORS = "-+YXWVUABCDEF"


@pytest.mark.parametrize("separator", SEPARATORS + SEPARATORS.lower())
def test_every_separator(separator: str) -> None:
    assert mask_text(f"tunnus 010190{separator}900X kiitos") == (f"tunnus {MASK} kiitos", 1)


@pytest.mark.parametrize(
    "text",
    [
        "010190-900x",
        "010190 - 900X",
        "0101 90-900X",
        "010190-\n900X",
        "０１０１９０-９００X",
        "010190–900X",
        "010190−900X",
        "hetu:010190-900X.",
        "010190-900\u200bX",
        "(311299A9999)",
        "010190-9000",
        "0 1 0 1 9 0 - 9 0 0 X",
        "hetuni010190-900X",
        "010190-900Xon hetuni",
        "_010190-900X_",
    ],
)
def test_shapes_people_type(text: str) -> None:
    masked, count = mask_text(text)
    assert count == 1
    assert MASK in masked
    assert "900" not in masked.replace(MASK, "").replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "soita 044 701 9138",
        "tilaus 20261130-1234",
        "lasku 123456-7890",
        "viite 1010190-900X",
        "Y-tunnus 0137323-9",
        "30.11.2026-1.12.2026",
        "320190-900X",
        "011390-900X",
        "FI49 5000 9420 0287 30",
        "010190-9004567",
        "5d010190-9003-4ad1-8f2a-0101900003ab",
        "26010190a900",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_text(text) == (text, 0)


def test_false_alarms_are_rare() -> None:
    numbers = [f"tilaus {n:06d}-{n * 7919 % 10000:04d}" for n in range(320000, 990000, 1340)]
    numbers += [f"{d}.{m}.2026 klo {h}.30" for d in range(1, 29) for m in (1, 6, 11) for h in (9, 12)]
    assert len(numbers) >= 500
    assert sum(mask_text(number)[1] for number in numbers) < len(numbers) / 100


def test_masks_all_texts_and_keys_of_json_and_nothing_else() -> None:
    value = {"text": "010190-900X", "n": 5, "list": [None, True, {"010190-900X": "a"}]}
    masked, count = mask(value)
    assert count == 2
    assert masked == {"text": MASK, "n": 5, "list": [None, True, {MASK: "a"}]}


def test_several_in_one_text() -> None:
    assert mask_text("010190-900X ja 020291A901Y") == (f"{MASK} ja {MASK}", 2)
