"""What nobody sees changes no reading: pasted text is full of it, and it may be put there to deceive."""

from __future__ import annotations

from typing import Any

import pytest
from keeping import Find

from bot.dialog.phrases import plain_words
from bot.dialog.safety import alarm
from knowledge.matching import Found

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # Unicode's Bidi_Control
ZERO_WIDTH = "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\u2064\ufe0f\ufeff\U000e0041"  # Default_Ignorable, a choice

MESSAGES = [
    "mistä saan pysäköintiluvan",
    "var får jag parkeringstillstånd",
    "where can I buy a bus ticket",
    "mistä saan bussikortin ja miten haen päivähoitopaikkaa",  # two needs
    "katuvalo on rikki. Entä milloin kirjasto on auki?",
]


@pytest.mark.parametrize("mark", BIDIRECTIONAL + ZERO_WIDTH, ids=lambda mark: f"U+{ord(mark):04X}")
def test_marks_without_width_change_no_reading(find: Find, mark: str) -> None:
    changed = [
        each for message in MESSAGES for each in marked(message, mark) if said(find(each)) != said(find(message))
    ]
    assert not changed


@pytest.mark.parametrize("mark", BIDIRECTIONAL + ZERO_WIDTH, ids=lambda mark: f"U+{ord(mark):04X}")
def test_they_hide_no_emergency(mark: str) -> None:
    for message in ("isä sai sydänkohtauksen", "jag vill inte leva", "the house is on fire"):
        expected = alarm(plain_words(message))
        assert expected
        assert [alarm(plain_words(each)) for each in marked(message, mark)] == [expected] * 4


def marked(message: str, mark: str) -> list[str]:
    """`message` with `mark` around it, between all letters, around its spaces, and in a word."""
    return [
        mark + message + mark,
        mark.join(message),
        message.replace(" ", f"{mark} {mark}"),
        message[:6] + mark * 3 + message[6:],
    ]


def test_a_whole_message_may_be_marked(find: Find) -> None:
    for message in MESSAGES:
        assert said(find(f"\u202b{message}\u202c")) == said(find(f"\u2068{message}\u2069")) == said(find(message))


def said(found: Found) -> Any:
    """All of a reading but the text that was read."""
    candidates = [(each.entry, each.title, pytest.approx(each.score)) for each in found.candidates]
    return found.language, found.decision, pytest.approx(found.ours), candidates, [said(need) for need in found.needs]
