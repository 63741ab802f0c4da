"""All that can be done to a room. Each act that writes an event returns its sequence number, to ring the bell with.

Where several act at once, run them by `transaction(in_turn, act, …)`.
"""

from __future__ import annotations

from services.video.ending import forget
from services.video.hosting import admit, put_out
from services.video.presence import GRACE, MOST, come_back, enter, gone, leave, seen, sweep
from services.video.records import Entered, Person, RoomEvent, events_after, people
from services.video.stream import channel, in_turn
from services.video.talking import say, signal

__all__ = ["GRACE", "MOST", "Entered", "Person", "RoomEvent", "admit", "channel", "come_back", "enter", "events_after",
           "forget", "gone", "in_turn", "leave", "people", "put_out", "say", "seen", "signal", "sweep"]  # fmt: skip
