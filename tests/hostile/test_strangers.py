"""Other people's conversations do not exist; bad credentials open nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import jwt
import pytest
from served import BASE, Served

from bot.channels.direct_line.tokens import Grant, Purpose, issue


def routes(conversation: str) -> list[tuple[str, str]]:
    path = f"{BASE}/conversations/{conversation}"
    return [
        ("GET", path),
        ("GET", path + "/activities"),
        ("POST", path + "/activities"),
        ("POST", path + "/upload?userId=x"),
    ]


IDS = ["none", "-1", "0", "9" * 400, "%2e%2e", "a%20b", "'", "%F0%9F%98%80", "..", "*", "[1]", "{x}"]


async def test_anothers_conversation_is_like_none(served: Served) -> None:
    mine, other = await served.open(), await served.open()
    await other.say("a secret of the other one")
    for (method, path), (_, nowhere) in zip(routes(other.id), routes("none"), strict=True):
        body = {"json": {"type": "message", "text": "x"}} if method == "POST" else {}
        foreign = await served.ask(method, path, token=mine.token, **body)
        missing = await served.ask(method, nowhere, token=mine.token, **body)
        assert foreign.status == missing.status == 404
        assert await foreign.text() == await missing.text()
    assert len(await other.texts()) == 3


@pytest.mark.parametrize("identifier", IDS)
async def test_odd_ids_are_not_found(served: Served, identifier: str) -> None:
    talk = await served.open()
    for method, path in routes(identifier):
        answer = await served.ask(
            method, path, token=talk.token, json={"type": "message"} if method == "POST" else None
        )
        assert answer.status in (400, 404, 405), path
        assert "error" in await answer.json()
    for path in (f"{BASE}/conversations/{identifier}/stream", f"{BASE}/files/{identifier}"):
        assert (await served.ask("GET", path)).status in (400, 403, 404)


async def test_a_token_for_a_conversation_that_was_never_opened(served: Served) -> None:
    given = await served.call("POST", BASE + "/tokens/generate")
    for method, path in routes(given["conversationId"]):
        answer = await served.ask(method, path, token=given["token"], json={"type": "message", "text": "x"})
        assert answer.status == 404, path


def made_up(served: Served, **changes: Any) -> str:
    now = int(served.clock().timestamp())
    claims = {"iss": "porina", "conv": "x", "user": "y", "purpose": "conversation", "nbf": now, "exp": now + 60}
    return jwt.encode(claims | changes, "k" * 40, "HS256")


async def test_credentials_that_are_none(served: Served) -> None:
    talk = await served.open()
    header, payload, signature = talk.token.split(".")
    unsigned = jwt.encode(jwt.decode(talk.token, options={"verify_signature": False}), None, "none")
    another = issue("another secret, long enough too", Purpose.CONVERSATION, Grant(talk.id, "u"), served.clock())
    early = issue(served.parts.secret, Purpose.CONVERSATION, Grant(talk.id, "u"), served.clock() + timedelta(hours=1))
    for bad in (
        unsigned,
        another,
        early,
        made_up(served),
        f"{header}.{payload}.",
        f"{payload}.{header}.{signature}",
        "x",
        "ä",
    ):
        answer = await served.ask("GET", talk.path, headers={"Authorization": f"Bearer {bad}"})
        assert answer.status == 403, bad
    for malformed in ("", "Bearer", "Bearer ", talk.token, f"Basic {talk.token}", f"Bearer{talk.token}"):
        answer = await served.ask("GET", talk.path, headers={"Authorization": malformed})
        assert answer.status == 401, malformed
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert (await served.ask("GET", talk.path)).status == 401


async def test_twenty_conversations_at_once_hear_only_their_own(served: Served) -> None:
    talks = [await served.open() for _ in range(20)]

    async def live(talk: Any) -> None:
        async with talk.listen() as stream:
            for number in range(10):
                await talk.say(f"{talk.id} {number}")
            for activity in (await stream.until(21))[1:]:
                assert talk.id in activity["text"]
                assert activity["conversation"]["id"] == talk.id

    await asyncio.gather(*map(live, talks))
