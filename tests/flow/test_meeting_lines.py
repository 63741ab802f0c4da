"""Meeting by video: a line that breaks and comes back, and when lines end."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from houses import CITIZEN, HOST, START, House

from services.accounts.acts import set_roles
from services.accounts.rules import Role
from services.accounts.sessions import end_all
from services.appointments.acts import cancel
from services.video.acts import leave, sweep


async def test_a_line_that_broke_comes_back_and_misses_nothing(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        for number in range(5):
            await host.say("say", text=f"before {number}")
        await citizen.until("said", 3)  # the last two are under way when the line breaks
        citizen.cut()
        await host.sees((HOST, "in"), (CITIZEN, "away"))
        for number in range(5):
            await host.say("say", text=f"meanwhile {number}")
            await host.signal(citizen, {"candidate": {"candidate": f"{number}"}})
        await host.until("said", text="meanwhile 4")
        back = await stack.enter_async_context(meeting.citizen(secret=citizen.hello["secret"], seq=citizen.seq))
        assert (back.id, back.hello["state"], back.hello["seq"]) == (citizen.id, "in", citizen.seq)
        await host.say("say", text="after")
        await back.until("said", text="after")
        told = [frame for each in (citizen, back) for frame in each.heard if frame["type"] in {"said", "signal"}]
        assert [frame["text"] for frame in told if frame["type"] == "said"] == [
            *(f"before {number}" for number in range(5)), *(f"meanwhile {number}" for number in range(5)), "after"
        ]  # fmt: skip
        assert [frame["body"]["candidate"]["candidate"] for frame in told if frame["type"] == "signal"] == list("01234")
        await host.sees((HOST, "in"), (CITIZEN, "in"))
        assert not any(frame["type"] == "people" and len(frame["people"]) > 2 for frame in host.heard)


async def test_a_page_that_was_loaded_anew_hears_the_talk_but_no_old_signals(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        await host.say("say", text="one")
        await host.signal(citizen)
        await citizen.until("signal")
        citizen.cut()
        back = await stack.enter_async_context(meeting.citizen(secret=citizen.hello["secret"]))
        assert back.id == citizen.id
        await back.until("people")
        await host.sees((HOST, "in"), (CITIZEN, "in"))
        await host.signal(back, {"candidate": None})
        assert (await back.until("signal"))[0]["body"] == {"candidate": None}
        assert [frame["text"] for frame in back.heard if frame["type"] == "said"] == ["one"]
        back.cut()
        third = await stack.enter_async_context(meeting.citizen(secret=citizen.hello["secret"], seq=back.seq))
        await host.say("say", text="two")
        await third.until("said", text="two")
        assert not any(frame["type"] == "signal" for frame in third.heard)


async def test_a_copied_page_takes_the_line_over(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        copy = await stack.enter_async_context(meeting.citizen(secret=citizen.hello["secret"]))
        await citizen.until("elsewhere")
        assert await citizen.closed() == 1000
        await host.say("say", text="who hears?")
        await copy.until("said")
        assert not any(each["state"] == "away" for frame in host.heard for each in frame.get("people", ()))


async def test_who_does_not_come_back_has_left_and_begins_anew(meeting: House, soon: None) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        citizen.cut()
        await host.sees((HOST, "in"), (CITIZEN, "away"))
        meeting.clock.forward(seconds=46)
        await host.sees((HOST, "in"))
        back = await stack.enter_async_context(meeting.citizen(secret=citizen.hello["secret"], seq=citizen.seq))
        assert (back.hello["state"], back.id == citizen.id) == ("waiting", False)


async def test_who_was_taken_for_lost_wrongly_is_sent_back_in(meeting: House, soon: None) -> None:
    """As when a process stood still for a minute and its sockets did not break."""
    act, now = meeting.parts.database.transaction, meeting.clock()
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        await act(leave, citizen.id, now)
        assert await citizen.closed() == 1001
        back = await stack.enter_async_context(meeting.citizen(secret=citizen.hello["secret"], seq=citizen.seq))
        assert back.hello["state"] == "waiting"
        await act(sweep, meeting.appointment, now + timedelta(minutes=1))
        assert meeting.stored("rooms") == 0  # all were lost, so the room is over
        for each in (host, back):
            assert await each.closed() == 1001
        assert (await stack.enter_async_context(meeting.host())).hello["state"] == "in"


async def test_leaving_leaves_nothing_behind(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        await citizen.say("say", text="kiitos")
        await citizen.say("leave")
        assert await citizen.closed() == 1000
        await host.sees((HOST, "in"))
        assert meeting.stored("room_events") > 0
        await host.say("leave")
        assert await host.closed() == 1000
    assert [meeting.stored(table) for table in ("rooms", "participants", "room_events")] == [0, 0, 0]
    async with asyncio.timeout(5):
        while len(meeting.parts.bell):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_end_of_the_time_ends_the_lines(meeting: House, soon: None) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        meeting.clock.now = START + timedelta(minutes=20 + 60)
        for each in (host, citizen):
            await each.until("over")
            assert await each.closed() == 1000
    assert meeting.stored("participants") == 0


async def test_a_cancelled_appointment_ends_the_lines(meeting: House, soon: None) -> None:
    async with AsyncExitStack() as stack:
        both = await meeting.begun(stack)
        await meeting.parts.database.transaction(cancel, meeting.appointment, meeting.clock(), lambda *_: [])
        for each in both:
            await each.until("over")


@pytest.mark.parametrize("how", ["signed out", "other unit"])
async def test_a_host_stays_only_as_long_as_they_may(meeting: House, soon: None, how: str) -> None:
    act = meeting.parts.database.transaction
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        if how == "signed out":
            await act(end_all, meeting.account, meeting.clock(), meeting.account)
        else:
            await act(set_roles, meeting.account, [Role.EXPERT], ["kirjaamo"], meeting.clock(), "command line")
        await host.until("put_out")
        assert await host.closed() == 1000
        await citizen.sees((CITIZEN, "in"))
