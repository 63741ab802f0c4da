"""Meeting by video in bad weather: garbage, floods, a ring that was missed, a database that is away, a slow reader."""

from __future__ import annotations

import asyncio
import socket as sockets
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from callers import Caller
from databases import rows
from houses import CITIZEN, HOST, House
from served import Served
from staffed import staffed

from bot.meet import line
from services.bell import Bell, Missed
from services.errors import DatabaseAway

GARBAGE = (
    "", "x", "[]", "null", "7", '"ping"', "{}", '{"type":"no"}', '{"type":["ping"]}', '{"type":"ping","more":1}',
    '{"type":"enter","secret":null}', '{"type":"admit"}', '{"type":"admit","id":7}', '{"type":"admit","id":"a\\u0000"}',
    '{"type":"signal","to":"x","body":{}}', '{"type":"signal","to":"x","body":{"candidate":7}}',
    '{"type":"signal","to":"x","body":{"description":{"type":"offer","sdp":"v"},"candidate":null}}',
    '{"type":"signal","to":"x","body":{"description":{"type":"call","sdp":"v"}}}',
    '{"type":"say"}', '{"type":"say","text":["a"]}', '{"type":"say","text":"\\ud800"}',
    '{"type":"say","text":NaN}', "[" * 10_000, "{" * 10_000, '{"type":' * 5_000,
    '{"type":"signal","to":"x","body":{"description":{"type":"offer","sdp":"' + "v" * 40_000 + '"}}}',
)  # fmt: skip


async def test_garbage_is_refused_and_the_line_stays(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        for text in GARBAGE:
            await host.socket.send_str(text)
            refused = (await host.until("refused"))[0]
            assert refused["code"] == "malformed", text
        await host.socket.send_bytes(b"\xff\x00")
        await host.until("refused", code="malformed")
        sdp = "v" * 32_000 + "ä" * 700  # fewer characters than may be, but more bytes
        await host.signal(citizen, {"description": {"type": "offer", "sdp": sdp}})
        await host.until("refused", code="body_too_long", of="signal")
        await host.say("ping")
        await host.until("pong")
        await host.signal(citizen, {"description": {"type": "offer", "sdp": "v" * 30_000}})
        assert len((await citizen.until("signal"))[0]["body"]["description"]["sdp"]) == 30_000


async def test_a_frame_of_more_than_64_kib_ends_the_line_but_not_the_participant(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        await citizen.socket.send_str("x" * (64 * 1024 + 1))
        assert await citizen.closed() == 1009
        await host.sees((HOST, "in"), (CITIZEN, "away"))
        back = await stack.enter_async_context(meeting.citizen(secret=citizen.hello["secret"], seq=citizen.seq))
        assert back.id == citizen.id
        await citizen.socket.close()


@pytest.mark.parametrize("text", ["", "x", '{"type":"ping"}', '{"type":"enter","secret":7}'])
async def test_a_line_begins_with_entering(meeting: House, text: str) -> None:
    async with meeting.staff.served.session.ws_connect(f"{meeting.staff.url}{meeting.own}/line") as socket:
        await socket.send_str(text)
        assert await Caller(socket).closed() == 1008
    assert meeting.stored("participants") == 0


async def test_who_says_nothing_first_is_not_waited_for(meeting: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "FIRST_S", 0.05)
    async with meeting.staff.served.session.ws_connect(f"{meeting.staff.url}{meeting.own}/line") as socket:
        assert await Caller(socket).closed() == 1008


async def test_a_flood_is_heard_more_slowly_and_whole(meeting: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "A_SECOND", 200)
    clock = asyncio.get_running_loop().time
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        began = clock()
        for _ in range(300):
            await host.say("ping")
        await host.signal(citizen)
        await host.until("pong", 300)
        assert clock() - began > 0.45  # 200 at once, and the rest at their pace
        await citizen.until("signal")


async def test_a_ring_that_was_missed_costs_a_delay_only(meeting: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite only this process's own bell tells of what is said: without it nobody hears anything."""
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        with monkeypatch.context() as deaf:
            deaf.setattr(Bell, "ring", lambda *_: None)
            deaf.setattr(Bell, "hear", lambda *_: None)
            await host.say("say", text="unheard")
            await host.say("ping")
            await host.until("pong")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(citizen.until("said"), 0.2)
        await host.say("say", text="heard")
        assert [frame["text"] for frame in await citizen.until("said", 2)] == ["unheard", "heard"]


async def test_a_database_that_is_away_is_waited_for(
    meeting: House, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is taken for lost meanwhile, though nobody could say that they are there."""
    monkeypatch.setattr(line, "AWAY_S", 0.02)

    async def away(*_given: Any, **_more: Any) -> None:
        raise DatabaseAway("no answer")

    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        with monkeypatch.context() as gone:
            gone.setattr(type(meeting.parts.database), "transaction", away)
            gone.setattr(type(meeting.parts.database), "read", away)
            await host.say("say", text="kept")
            for listener in [each for of_one in meeting.parts.bell._listeners.values() for each in of_one]:
                listener.put(Missed())
            meeting.clock.forward(seconds=120)
            await asyncio.sleep(0.3)
        await citizen.until("said", text="kept")
        await asyncio.sleep(0.3)
        async with meeting.citizen() as second:
            await host.sees((HOST, "in"), (CITIZEN, "in"), (CITIZEN, "waiting"))
            assert second.hello["state"] == "waiting"


async def test_stopping_says_goodbye_and_the_participant_stays(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack, staffed(tmp_path) as staff:
        meeting = House(staff)
        await meeting.open()
        socket = await stack.enter_async_context(meeting.citizen())
        staff.parts.bell.close()
        assert await socket.closed() == 1001
        assert meeting.stored("participants") == 1
        assert rows(staff.served.database_url, "SELECT kind FROM room_events") == [("came",)]


async def test_who_does_not_read_is_cut_and_others_hear_all(meeting: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the cut the silent one would never be away."""
    monkeypatch.setattr(line, "SLOW_S", 0.3)
    monkeypatch.setattr(line, "A_SECOND", 10_000)
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        small_buffers(meeting.staff.served, citizen)
        citizen.transport.pause_reading()
        sdp = "v" * 30_000
        while not any(each["state"] == "away" for frame in host.heard for each in frame.get("people", ())):
            await host.signal(citizen, {"description": {"type": "offer", "sdp": sdp}})
            await host.say("ping")
            await host.until("pong")
        await host.say("say", text="still there")
        await host.until("said")
        citizen.cut()  # or it would wait for a goodbye that it does not read


def small_buffers(served: Served, caller: Caller) -> None:
    """What nobody reads is held back soon, instead of after megabytes in the system's buffers."""
    assert served.runner.server is not None
    ends = [(connection.transport, sockets.SO_SNDBUF) for connection in served.runner.server.connections]
    for transport, option in (*ends, (caller.transport, sockets.SO_RCVBUF)):
        transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, option, 4096)


async def test_entering_is_in_the_audit_once(meeting: House) -> None:
    async def noted() -> list[Any]:
        query = "SELECT by, subject FROM audit WHERE act = 'video.entered'"
        return rows(meeting.staff.served.database_url, query)

    async with meeting.host() as host, meeting.citizen():
        host.cut()
    async with meeting.host(secret=host.hello["secret"], seq=host.seq):
        pass
    assert await noted() == [(meeting.account, meeting.appointment)]
