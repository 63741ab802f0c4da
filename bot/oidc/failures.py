"""Why a way in by the provider ends."""

from __future__ import annotations

from enum import Enum, auto


class Why(Enum):
    """Each reason has a page of its own or shares one (`bot/oidc/views.py`)."""

    NO_ATTEMPT = auto()
    WRONG_STATE = auto()
    ATTEMPT_EXPIRED = auto()
    CANCELLED = auto()
    PROVIDER_ERROR = auto()
    PROVIDER_DOWN = auto()
    PROVIDER_SLOW = auto()
    GARBAGE = auto()
    CODE_REFUSED = auto()
    CLIENT_REFUSED = auto()
    WRONG_ID_TOKEN = auto()
    NO_ROLE = auto()
    TOO_MANY_GROUPS = auto()
    DISABLED = auto()


class SignInFailed(Exception):
    """Nobody came in. `detail` is for the log: words of ours or of a standard, none that a person or provider wrote."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why.name.lower()}: {detail}" if detail else why.name.lower())
        self.why = why
        self.detail = detail
