"""What the matcher returns: ranked entries with probabilities and reasons, and what to do with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Decision = Literal["answer", "clarify", "unknown"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One word of the message, what it met in the entry's content, and the share of the score it brought (0–1)."""

    word: str
    met: str
    share: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer. `score` is the calibrated probability (0–1) that it does."""

    entry: str
    title: str
    unit: str
    score: float
    redirect: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The reading of one message.

    `language`: BCP 47 code as detected. `ours`: probability (0–1) that the message is about anything the knowledge base
    should answer. `candidates`: best first, at most five; on the decision `clarify` the options are the first three.
    `needs`: one reading for each need where the message holds several, else empty.
    """

    text: str
    language: str
    decision: Decision
    ours: float
    candidates: tuple[Candidate, ...]
    needs: tuple[Found, ...] = ()
