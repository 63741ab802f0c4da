"""The stock npm client botframework-directlinejs 0.15.8, unmodified, in Node."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from served import BASE, Served, serving

pytestmark = pytest.mark.timeout(600)  # the first test may have to install the npm packages


@pytest.fixture
async def served(tmp_path: Path) -> Any:
    async with serving(tmp_path) as running:
        yield running


async def new_token(served: Served) -> str:
    token: str = (await served.call("POST", BASE + "/tokens/generate"))["token"]
    return token


def numbers(activities: list[dict]) -> list[int]:
    return [int(activity["id"].rpartition("|")[2]) for activity in activities]


@pytest.mark.parametrize("transport", ["stream", "polling"])
async def test_a_question_is_answered(served: Served, directlinejs: Callable, transport: str) -> None:
    client = await directlinejs(
        domain=served.url + BASE,
        token=await new_token(served),
        webSocket=transport == "stream",
        pollingInterval=200,
        conversationStartProperties={"locale": "sv-FI"},
    )
    await client.until_heard("hello sv-FI")
    client.say("Missä?", "c1")
    answer = await client.until_heard("1: Missä?")
    greeting, echo, _ = client.activities
    assert echo["text"] == "Missä?"
    assert echo["channelData"]["clientActivityID"] == "c1"
    assert answer["replyToId"] == echo["id"]
    posted = [event["posted"] for event in client.events if "posted" in event]
    assert posted in ([], [echo["id"]])  # the answer may be faster than the acknowledgement
    assert numbers([greeting, echo, answer]) == [1, 2, 3]
    assert client.statuses == ["Uninitialized", "Connecting", "Online"]


@pytest.mark.long
async def test_a_dropped_line_loses_and_doubles_nothing(served: Served, directlinejs: Callable) -> None:
    client = await directlinejs(domain=served.url + BASE, token=await new_token(served))
    greeting = await client.until_heard("hello")
    talk = served.talk(greeting["conversation"]["id"])
    for turn in range(2):
        client.say(f"before {turn}", f"b{turn}")
        await client.until_heard(f": before {turn}")
        assert served.drop()
        for number in range(5):  # said meanwhile, from another tab
            await talk.say(f"away {turn} {number}")
        await client.until_heard(f": away {turn} 4")  # without reconnecting these would never come
    client.say("after", "a")
    await client.until_heard(": after")
    kept = (await talk.read())["activities"]
    assert numbers(client.activities) == numbers(kept) == list(range(1, 28))
    assert [activity["text"] for activity in client.activities] == [activity["text"] for activity in kept]


async def test_a_resumed_conversation_continues_at_its_watermark(served: Served, directlinejs: Callable) -> None:
    talk = await served.open()
    await talk.say("seen")
    await talk.say("missed")
    client = await directlinejs(domain=served.url + BASE, token=talk.token, conversationId=talk.id, watermark="3")
    await client.until_heard(": missed")
    client.say("new", "c1")
    await client.until_heard(": new")
    assert numbers(client.activities) == [4, 5, 6, 7]


async def test_an_expired_token_is_told_and_a_new_one_goes_on(served: Served, directlinejs: Callable) -> None:
    client = await directlinejs(domain=served.url + BASE, token=await new_token(served))
    greeting = await client.until_heard("hello")
    conversation = greeting["conversation"]["id"]
    served.clock.forward(minutes=31)
    client.say("too late", "c1")
    assert (await client.until(lambda event: "posted" in event))["posted"] == "retry"
    assert "ExpiredToken" in client.statuses
    talk = served.talk(conversation)
    again = await served.call("GET", f"{talk.path}?watermark=1", token=talk.token)
    client.wish(reconnect=again)
    client.say("in time", "c2")
    await client.until_heard(": in time")
    assert (await talk.texts())[1:] == ["in time", "1: in time"]


async def test_a_wrong_token_fails_at_once(served: Served, directlinejs: Callable) -> None:
    client = await directlinejs(domain=served.url + BASE, token="wrong")
    await client.until(lambda event: event.get("status") == "FailedToConnect")


async def test_the_token_is_the_conversations(served: Served, directlinejs: Callable) -> None:
    """The client's session id call, which a sign-in card would make."""
    client = await directlinejs(domain=served.url + BASE, token=await new_token(served))
    await client.until_heard("hello")
    client.wish(session=True)
    assert (await client.until(lambda event: "session" in event))["session"]
