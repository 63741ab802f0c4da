"""Clients that go away in the middle: what was taken is there once, and nothing is held for them."""

from contextlib import suppress

import pytest
from aiohttp import ClientTimeout
from served import Served, serving


@pytest.fixture
async def served(tmp_path):
    async with serving(tmp_path, rate_limits="off") as running:
        yield running


async def test_a_message_whose_sender_went_away_is_there_once(served: Served) -> None:
    talk = await served.open()
    for number in range(40):
        wish = {"type": "message", "text": f"m{number}", "channelData": {"clientActivityID": f"c{number}"}}
        patience = ClientTimeout(total=number / 8000)  # 0 to 5 ms: before, while and after it is handled
        with suppress(TimeoutError):
            await served.ask("POST", talk.path + "/activities", token=talk.token, json=wish, timeout=patience)
        again = await talk.post(wish)
        assert again["id"]
    texts = (await talk.texts())[1:]
    assert texts[::2] == [f"m{number}" for number in range(40)]
    assert texts[1::2] == [f"{number + 1}: m{number}" for number in range(40)]


async def test_sockets_whose_clients_vanish_are_let_go(served: Served) -> None:
    talk = await served.open()
    sockets = [await served.session.ws_connect(talk.stream_url) for _ in range(50)]
    assert len(served.parts.bell) == 50
    served.drop()
    while len(served.parts.bell):
        await talk.read()
    await talk.say("still there")
    for socket in sockets:
        await socket.close()
