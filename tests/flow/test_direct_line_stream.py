"""The stream over WebSockets: nothing lost, nothing twice, nothing out of order, whatever happens to the sockets."""

import asyncio
import socket

import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError
from served import Served, Stream, Talk, serving

from bot.channels.direct_line import stream as stream_module
from services.bell import Bell, Passing


def numbers(activities: list[dict]) -> list[int]:
    return [int(activity["id"].rpartition("|")[2]) for activity in activities]


async def test_the_first_socket_gets_the_greeting_and_what_came_meanwhile(served: Served) -> None:
    talk = await served.open()
    await talk.say("early")
    async with talk.listen() as stream:
        await stream.until(3)
        await talk.say("late")
        assert numbers(await stream.until(5)) == [1, 2, 3, 4, 5]
        assert stream.watermark == "5"


async def test_reconnecting_continues_at_the_watermark(served: Served) -> None:
    talk = await served.open()
    async with talk.listen() as stream:
        await stream.until(1)
    await talk.say("while away")
    again = await served.call("GET", f"{talk.path}?watermark={stream.watermark}", token=talk.token)
    async with talk.listen(again["streamUrl"]) as stream:
        assert numbers(await stream.until(2)) == [2, 3]


async def test_without_a_watermark_only_what_comes_after_the_request(served: Served) -> None:
    talk = await served.open()
    await talk.say("before")
    fresh = await served.call("GET", talk.path, token=talk.token)
    await talk.say("between")
    async with talk.listen(fresh["streamUrl"]) as stream:
        assert numbers(await stream.until(2)) == [4, 5]


async def test_several_sockets_hear_the_same(served: Served) -> None:
    talk = await served.open()
    async with talk.listen() as one, talk.listen() as two, talk.listen() as three:
        await asyncio.gather(*(talk.say(f"m{number}") for number in range(10)))
        for stream in (one, two, three):
            assert numbers(await stream.until(21)) == list(range(1, 22))


async def test_sockets_that_come_and_go_lose_nothing(served: Served) -> None:
    """A client that reconnects all the time, while messages come, ends with each activity once and in order."""
    talk = await served.open()

    async def speak() -> None:
        for number in range(60):
            await talk.say(f"m{number}")

    async def listen() -> list[int]:
        heard: list[int] = []
        url, wanted = talk.stream_url, 1
        while len(heard) < 121:
            async with talk.listen(url) as stream:
                heard += numbers(await stream.until(min(wanted, 121 - len(heard))))
            wanted = wanted % 7 + 1
            path = f"{talk.path}?watermark={stream.watermark}"
            url = (await served.call("GET", path, token=talk.token))["streamUrl"]
        return heard

    *lists, _ = await asyncio.gather(*(listen() for _ in range(5)), speak())
    assert lists == [list(range(1, 122))] * 5
    assert len(served.parts.bell) == 0


async def test_a_ring_that_was_missed_is_read_from_the_tables(served: Served, monkeypatch) -> None:
    talk = await served.open()
    async with talk.listen() as stream:
        await stream.until(1)
        with monkeypatch.context() as deaf:
            deaf.setattr(Bell, "ring", lambda *_: None)
            await talk.say("unheard")
        await talk.say("heard")
        assert numbers(await stream.until(5)) == [1, 2, 3, 4, 5]


async def test_a_burst_that_overruns_the_queue_loses_nothing(served: Served, monkeypatch) -> None:
    """The writer is held up until more than the queue's length have been rung."""
    held = asyncio.Event()
    send = stream_module._send

    async def slowly(*given) -> None:
        await held.wait()
        await send(*given)

    monkeypatch.setattr(stream_module, "_send", slowly)
    talk = await served.open()
    async with talk.listen() as stream:
        for number in range(100):
            await talk.say(f"m{number}")
        held.set()
        assert numbers(await stream.until(201)) == list(range(1, 202))


async def test_typing_goes_to_the_sockets_only(served: Served) -> None:
    talk = await served.open()
    async with talk.listen() as stream:
        await stream.until(1)
        await talk.post({"type": "typing"})
        assert (await stream.until(2))[1]["type"] == "typing"
        assert stream.watermark == "1"
        await talk.say("then")
        assert numbers([*stream.activities[:1], *(await stream.until(4))[2:]]) == [1, 2, 3]
    assert len((await talk.read())["activities"]) == 3


async def test_frames_of_the_client_are_ignored(served: Served) -> None:
    talk = await served.open()
    async with talk.listen() as stream:
        await stream.socket.send_str("")
        await stream.socket.send_str('{"type":"message","text":"by socket"}')
        await stream.socket.send_bytes(b"\xff\x00")
        await talk.say("by post")
        assert numbers(await stream.until(3)) == [1, 2, 3]


async def test_the_address_lives_a_minute_and_may_be_used_again_in_it(served: Served) -> None:
    talk = await served.open()
    for _ in range(3):
        async with talk.listen() as stream:
            await stream.until(1)
    served.clock.forward(seconds=60)
    with pytest.raises(WSServerHandshakeError) as refused:
        async with talk.listen():
            pass
    assert refused.value.status == 403


async def test_the_address_opens_its_own_conversation_only(served: Served) -> None:
    mine, other = await served.open(), await served.open()
    swapped = mine.stream_url.replace(mine.id, other.id)
    with_token = f"{served.url}{mine.path}/stream?t={mine.token}"
    for url, status in ((swapped, 404), (with_token, 403), (f"{served.url}{mine.path}/stream", 403)):
        with pytest.raises(WSServerHandshakeError) as refused:
            async with mine.listen(url):
                pass
        assert refused.value.status == status
    stream_token = mine.stream_url.rpartition("t=")[2]
    await served.call("GET", mine.path, token=stream_token, expect=403)
    assert (await served.ask("GET", mine.stream_url.replace("ws:", "http:"))).status == 400  # no upgrade


async def test_stopping_the_server_says_goodbye(tmp_path) -> None:
    async with ClientSession() as session:
        async with serving(tmp_path) as served:
            talk = await served.open()
            socket = await session.ws_connect(talk.stream_url)
            stream = Stream(socket)
            await stream.until(1)
        message = await socket.receive(timeout=5)
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1001)
        await socket.close()


async def test_who_does_not_read_is_cut_and_others_hear_all(served: Served, monkeypatch) -> None:
    """Without the cut the loop would not end: the silent socket would stay."""
    monkeypatch.setattr(stream_module, "SLOW_S", 0.5)
    talk = await served.open()
    bell = served.parts.bell
    body = '{"id":"x|1","type":"typing","text":"' + "x" * 64_000 + '"}'
    async with talk.listen() as good:
        await good.until(1)
        with await silent_socket(talk):
            assert len(bell) == 2
            sent = 0
            while len(bell) == 2:
                bell.ring(Passing(talk.id, body))
                sent += 1
                await good.until(1 + sent)
        assert len(bell) == 1
        await talk.say("still there")
        await good.until(3 + sent)


async def silent_socket(talk: Talk) -> socket.socket:
    """A socket whose stream was opened and that never reads again."""
    host, _, path = talk.stream_url.removeprefix("ws://").partition("/")
    name, port = host.split(":")
    loop = asyncio.get_running_loop()
    silent = socket.socket()
    silent.setblocking(False)
    await loop.sock_connect(silent, (name, int(port)))
    request = (
        f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    )
    await loop.sock_sendall(silent, request.encode())
    assert b"101" in await loop.sock_recv(silent, 64)
    return silent
