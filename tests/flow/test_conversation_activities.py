"""Votes, other activities, messages without words, and what all replies have."""

from __future__ import annotations

from typing import Any

import pytest
from conversing import House, kind, kinds


async def test_votes_are_kept_and_others_ignored(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    (answer,) = await citizen.say("bussilipun hinta")
    for target in (answer["id"], "talk|0000099", "other|0000001", ""):
        assert await citizen.send(reaction(target)) == []
    assert [(row.activity_id, row.vote) for row in house.rows("SELECT * FROM answer_votes")] == [
        (answer["id"], "dislike")
    ]


def reaction(target: str) -> dict[str, Any]:
    return {"type": "messageReaction", "replyToId": target, "reactionsAdded": [{"type": "dislike"}]}


@pytest.mark.parametrize(
    "body",
    [
        {"type": "event", "name": "webchat/join", "value": {"language": "fi-FI"}},
        {"type": "event", "name": "unheard/of"},
        {"type": "typing"},
        {"type": "invoke", "name": "x"},
        {"type": "endOfConversation"},
        {"type": "somethingNew"},
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    ],
)
async def test_other_activities_are_taken_in_silence(house: House, body: dict[str, Any]) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    assert await citizen.send(body) == []


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "😀😀"},
        {"text": "\u200b"},
        {},
        {"value": {"a": 1}},
        {"attachments": [{"contentType": "image/png"}]},
    ],
)
async def test_messages_without_words_get_a_kind_answer(house: House, body: dict[str, Any]) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    assert kinds(await citizen.send({"type": "message", **body})) == ["notice"]


async def test_ten_thousand_characters_are_answered(house: House) -> None:
    citizen = house.citizen()
    await citizen.arrive()
    assert len(await citizen.say("miten haen rakennuslupaa " * 400)) >= 1


async def test_every_reply_says_its_language_and_kind(house: House) -> None:
    citizen = house.citizen()
    replies = await citizen.arrive()
    for text in ("moi", "miten haen rakennuslupaa", "asdf", "varaa aika", "talo palaa"):
        replies += await citizen.say(text)
    assert all(reply["locale"] == "fi-FI" and kind(reply) and reply["text"] and reply["summary"] for reply in replies)
    assert all(action["type"] == "imBack" and action["title"] == action["value"]
               for reply in replies for action in reply.get("suggestedActions", {}).get("actions", []))  # fmt: skip
