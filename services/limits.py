"""How often somebody may do something: a token bucket for each key, in this process and in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from services.clock import Clock

KEYS = 10_000


class Limit:
    """At most `a_minute` at once and on average. Where `KEYS` keys are known, the one not seen longest is forgotten."""

    def __init__(self, a_minute: int, clock: Clock, keys: int = KEYS) -> None:
        self._most = float(a_minute)
        self._a_second = a_minute / 60
        self._clock = clock
        self._keys = keys
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def wait(self, key: str) -> float:
        """0 and one token taken, where `key` may go on; else the seconds until it may, and nothing taken."""
        now = self._clock()
        left, seen = self._buckets.pop(key, (self._most, now))
        left = min(self._most, left + max(0.0, (now - seen).total_seconds()) * self._a_second)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._a_second
