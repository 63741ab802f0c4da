"""What the matcher returns: ranked entries with probabilities and reasons, and what to do with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Decision = Literal["answer", "clarify", "unknown"]
Way = Literal["words", "both", "meaning"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One word of the message, what it met in the entry's content, and the share of the score it brought (0–1)."""

    word: str
    met: str
    share: float


@dataclass(frozen=True, slots=True)
class Sense:
    """The entry's text that is nearest in meaning, and its cosine to the message (both less their language's mean)."""

    text: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer. `score` is the calibrated probability (0–1) that it does.

    `counted`: what each feature put between this entry and the average one, in nats of the ranking. `sense` is None
    where the meaning was not asked.
    """

    entry: str
    title: str
    unit: str
    score: float
    redirect: bool
    reasons: tuple[Reason, ...]
    counted: dict[str, float] = field(default_factory=dict)
    sense: Sense | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The reading of one message.

    `language`: BCP 47 code as detected. `ours`: probability (0–1) that the message is about anything the knowledge base
    should answer. `candidates`: best first, at most five; on the decision `clarify` the options are the first three.
    `needs`: one reading for each need where the message holds several, else empty. `way`: by which evidence it was
    ranked. `elsewhere`: the kind of what is not ours that it resembles most, where that is more than it resembles any
    entry; else empty.
    """

    text: str
    language: str
    decision: Decision
    ours: float
    candidates: tuple[Candidate, ...]
    needs: tuple[Found, ...] = ()
    way: Way = "words"
    elsewhere: str = ""
