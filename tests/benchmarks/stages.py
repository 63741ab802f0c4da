"""Where the time of one question goes: the stages of a turn, one at a time, without HTTP."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.app import make_app
from bot.dialog.adapter import ADAPTER, Turn, TurnStorage, heard, state_keys
from bot.dialog.turn import Porina, Surroundings
from bot.parts import PARTS, Parts
from bot.settings import Settings
from services.conversations.acts import DecidedTurn, Incoming, before_turn, commit_turn, open_conversation
from services.ids import new_id
from services.privacy.masking import mask
from tests.benchmarks.servers import DATABASE_URL

ROUNDS = 40


def measure(data: Path, questions: Sequence[str]) -> dict[str, int]:
    """Mean µs of each stage over ROUNDS rounds of `questions`."""
    data.mkdir(parents=True, exist_ok=True)
    app = make_app(Settings(database_url=DATABASE_URL, rate_limits="off", sentence_model="off"), data)
    try:
        return asyncio.run(_measure(app[PARTS], questions))
    finally:
        app[PARTS].database.close()


async def _measure(parts: Parts, questions: Sequence[str]) -> dict[str, int]:
    spent: defaultdict[str, float] = defaultdict(float)
    conversation, user = new_id(), "user"
    await parts.database.transaction(open_conversation, conversation, user, "directline", datetime.now(UTC))
    around = Surroundings(parts.known, parts.database, parts.settings, parts.secret)
    keys = state_keys("directline", conversation, user)
    count = 0
    for number in range(ROUNDS):
        for text in questions:
            raw = json.dumps({"type": "message", "text": text, "locale": "fi-FI", "from": {"id": user}})
            begun = time.perf_counter()
            body, _ = mask(json.loads(raw))
            parsed = time.perf_counter()
            before = await parts.database.read(before_turn, conversation, keys, None)
            read = time.perf_counter()
            storage = TurnStorage(before.states)
            turn = Turn(heard(body, conversation, user), datetime.now(UTC))
            await ADAPTER.run_pipeline(turn, Porina(storage, None, around).on_turn)
            decided = time.perf_counter()
            act = DecidedTurn(
                conversation,
                Incoming(body),
                turn.outcome.replies,
                storage.changes,
                turn.outcome.events,
                turn.outcome.acts,
            )
            await parts.database.transaction(commit_turn, act, turn.now)
            committed = time.perf_counter()
            parts.known.matcher.find(text)
            matched = time.perf_counter()
            if number == 0:
                continue  # caches are warm from the second round on
            count += 1
            spent["parse and mask the message"] += parsed - begun
            spent["read the state"] += read - parsed
            spent["match"] += matched - committed
            spent["decide and build the replies"] += (decided - read) - (matched - committed)
            spent["commit"] += committed - decided
    return {stage: round(seconds / count * 1e6) for stage, seconds in spent.items()}
