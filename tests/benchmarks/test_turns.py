"""The ratios that must hold, with room for a noisy machine: goals and measured figures stand in results/turns.md."""

import pytest
from needs import command

from tests.benchmarks.turns import measure

ROOM = 0.6


@pytest.mark.long
@pytest.mark.timeout(300)
def test_turns_keep_their_share_of_a_bare_echo() -> None:
    command("wrk", "wrk")
    figures = measure(seconds=4)
    turns = figures["turns"]
    assert all(row["wrong"] == 0 for row in turns.values()), turns
    assert turns["adapter"]["of_echo"] >= 0.5 * ROOM, turns
    assert turns["durable"]["of_echo"] >= 0.06 * ROOM, turns
