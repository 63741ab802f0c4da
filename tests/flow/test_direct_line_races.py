"""Messages at once in one conversation, without the queue that orders them: the state's version is the real guard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from served import BASE, Served
from sqlalchemy import Connection, delete, insert

from bot.turns import Turns
from services.conversations import acts
from services.conversations.tables import bot_state


@asynccontextmanager
async def no_queue(_turns: Turns, _conversation: str) -> AsyncIterator[None]:
    yield


async def counted(served: Served) -> list[int]:
    """What the bot counted, over the messages that were acknowledged and those that were not."""
    talk = await served.open()
    wishes = [{"type": "message", "text": f"m{number}"} for number in range(20)]
    answers = await asyncio.gather(
        *(served.ask("POST", talk.path + "/activities", token=talk.token, json=wish) for wish in wishes)
    )
    statuses = {answer.status for answer in answers}
    assert statuses <= {200, 409}
    activities = (await talk.read())["activities"][1:]
    assert len(activities) == 2 * sum(answer.status == 200 for answer in answers)
    return [int(activity["text"].split(":")[0]) for activity in activities if "replyToId" in activity]


async def test_no_turn_is_lost(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turns, "_alone", no_queue)
    counts = await counted(served)
    assert counts == list(range(1, len(counts) + 1))


async def test_control_without_the_version_turns_are_lost(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_whatever_it_is(tx: Connection, state: acts.StateChange) -> None:
        tx.execute(delete(bot_state).where(bot_state.c.key == state.key))
        tx.execute(insert(bot_state).values(key=state.key, body=state.body, version=state.version + 1))

    monkeypatch.setattr(Turns, "_alone", no_queue)
    monkeypatch.setattr(acts, "_write_state", write_whatever_it_is)
    counts = await counted(served)
    assert len(set(counts)) < len(counts)


async def test_the_same_id_at_once_is_stored_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turns, "_alone", no_queue)
    talk = await served.open()
    answers = await asyncio.gather(*(talk.say("once", client_id="c1") for _ in range(10)))
    assert {answer["id"] for answer in answers} == {f"{talk.id}|0000002"}
    assert len(await talk.texts()) == 3


async def test_a_conversation_opened_twice_at_once_is_opened_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As two processes do that do not see each other's queue."""
    monkeypatch.setattr(Turns, "_alone", no_queue)
    token = (await served.call("POST", BASE + "/tokens/generate"))["token"]
    answers = await asyncio.gather(*(served.ask("POST", BASE + "/conversations", token=token) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 200, 201]
    opened = await answers[0].json()
    assert len(await served.talk(opened["conversationId"]).texts()) == 1
