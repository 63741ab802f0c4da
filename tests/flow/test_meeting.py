"""Meeting by video: who gets on the line, and what they tell each other there."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from aiohttp import WSServerHandshakeError
from callers import OFFER
from desks import appoint
from houses import CITIZEN, HOST, START, UNIT, House
from staffed import cookies

from services.accounts.rules import Role
from services.appointments.acts import cancel


async def test_a_citizen_waits_is_let_in_and_both_hear_each_other(meeting: House) -> None:
    async with meeting.citizen() as citizen:
        assert (citizen.hello["state"], citizen.hello["people"], citizen.hello["ice"]) == ("waiting", [], [])
        async with meeting.host() as host:
            assert host.hello["state"] == "in"
            ids = await host.sees((HOST, "in"), (CITIZEN, "waiting"))
            assert ids == {HOST: host.id, CITIZEN: citizen.id}
            await citizen.sees((HOST, "in"))  # who waits sees hosts only
            await host.say("admit", id=citizen.id)
            await citizen.until("admitted")
            for each in (host, citizen):
                await each.sees((HOST, "in"), (CITIZEN, "in"))

            for number in range(20):
                await host.signal(citizen, {"candidate": {"candidate": f"h{number}", "sdpMid": "0"}})
                await citizen.signal(host, {"candidate": {"candidate": f"c{number}", "sdpMid": "0"}})
            for each, other, letter in ((host, citizen, "c"), (citizen, host, "h")):
                heard = await each.until("signal", 20)
                assert {frame["from"] for frame in heard} == {other.id}
                assert [frame["body"]["candidate"]["candidate"] for frame in heard] == [
                    f"{letter}{n}" for n in range(20)
                ]
                assert [frame["seq"] for frame in heard] == sorted({frame["seq"] for frame in heard})


async def test_names_are_what_people_are_there_in_the_language_of_who_looks(meeting: House) -> None:
    untitled = await meeting.staff.signed_in("neuvoja-2", Role.AGENT, units=[UNIT])
    async with meeting.host(), meeting.host(untitled) as agent, meeting.citizen(language="sv") as citizen:
        await citizen.sees(("parkeringsrådgivare", "in"), ("rådgivare", "in"))
        await agent.say("admit", id=citizen.id)
        await citizen.sees(("parkeringsrådgivare", "in"), ("rådgivare", "in"), ("kund", "in"))
        assert "neuvoja-" not in str(citizen.heard)


async def test_a_message_is_masked_and_told_to_all_and_its_sender(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        await citizen.say("say", text="  Tunnukseni on 131052-308T ja nimi A\u0308iti \u0000")
        for each in (host, citizen):
            said = (await each.until("said"))[0]
            assert "131052-308T" not in said["text"]
            assert said["text"].startswith("Tunnukseni on")
            assert said["text"].endswith("ja nimi Äiti")
            assert (said["from"], said["at"]) == (citizen.id, "2026-11-24T10:00:00.000Z")


async def test_who_waits_hears_nothing_of_the_talk(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await meeting.begun(stack)
        second = await stack.enter_async_context(meeting.citizen())
        await host.say("say", text="between us")
        await host.signal(citizen)
        await citizen.until("signal")
        await host.sees((HOST, "in"), (CITIZEN, "in"), (CITIZEN, "waiting"))
        await host.say("admit", id=second.id)
        await second.until("admitted")
        await host.say("say", text="for all")
        assert [frame["text"] for frame in await second.until("said")] == ["for all"]
        assert not any(frame["type"] == "signal" for frame in second.heard)


async def test_only_hosts_let_in_and_put_out_and_only_who_is_in_speaks(meeting: House) -> None:
    async with meeting.citizen() as first, meeting.citizen() as second, meeting.host() as host:
        for frame, code in (
            ({"kind": "admit", "id": first.id}, "forbidden"),
            ({"kind": "put_out", "id": second.id}, "forbidden"),
            ({"kind": "signal", "to": host.id, "body": OFFER}, "forbidden"),
            ({"kind": "say", "text": "hei"}, "forbidden"),
        ):
            await first.say(**frame)
            await first.until("refused", code=code, of=frame["kind"])
        for frame, code in (
            ({"kind": "admit", "id": "nobody"}, "gone"),
            ({"kind": "put_out", "id": "nobody"}, "gone"),
            ({"kind": "signal", "to": first.id, "body": OFFER}, "gone"),
            ({"kind": "signal", "to": host.id, "body": OFFER}, "gone"),
            ({"kind": "say", "text": " \n"}, "text_required"),
            ({"kind": "say", "text": "x" * 2001}, "text_too_long"),
        ):
            await host.say(**frame)
            await host.until("refused", code=code, of=frame["kind"])
        await host.say("admit", id=second.id)
        await second.until("admitted")
        await host.say("put_out", id=second.id)
        await second.until("put_out")
        assert await second.closed() == 1000
        await host.sees((HOST, "in"), (CITIZEN, "waiting"))
    async with meeting.citizen(secret=second.hello["secret"]) as again:  # the secret is of no use any more
        assert (again.hello["state"], again.id == second.id) == ("waiting", False)


async def test_a_strangers_token_opens_nothing(meeting: House) -> None:
    for path in ("/meet/wrong", "/meet/wrong/line", f"/meet/{meeting.appointment}x"):
        assert (await meeting.staff.get(path)).status == 404, path
    assert await meeting.status("/meet/wrong/line") == 404


async def test_a_token_opens_its_own_room_only(meeting: House) -> None:
    """The other appointment is at the same time, and of the same unit."""
    mine = meeting.appointment
    async with meeting.host() as host:
        meeting.appointment = await meeting.parts.database.transaction(appoint, START)
        async with meeting.citizen(secret=host.hello["secret"]) as other, meeting.host() as others_host:
            assert other.hello["people"] == []
            assert host.id not in (other.id, others_host.id)
            await others_host.say("admit", id=other.id)
            await other.until("admitted")
            await other.signal(host)
            await other.until("refused", code="gone")
            await others_host.say("put_out", id=host.id)
            await others_host.until("refused", code="gone")
            await other.say("say", text="of the other room")
            await others_host.until("said")
            meeting.appointment = mine
            async with meeting.citizen() as citizen:
                await host.sees((HOST, "in"), (CITIZEN, "waiting"))
                assert citizen.hello["people"] == [host.hello["people"][0]]
    assert [frame["type"] for frame in host.heard if frame["type"] not in {"hello", "people"}] == []


async def test_hosts_are_those_of_the_unit(meeting: House) -> None:
    other = await meeting.staff.signed_in("neuvoja-2", Role.AGENT, units=["kirjaamo"])
    admin = await meeting.staff.signed_in("paakayttaja", Role.ADMIN)
    origin = {"Origin": meeting.staff.url}
    for path in (meeting.desk, f"{meeting.desk}/line"):
        for session in (other, admin):
            assert (await meeting.staff.get(path, session)).status == 403
        assert (await meeting.staff.get(path)).headers["Location"].startswith("/sign-in?")
        assert (await meeting.staff.get(path.replace(meeting.appointment, "none"), meeting.session)).status == 404
    for session, status in ((other, 403), (admin, 403), (meeting.session, 101)):
        assert await meeting.status(f"{meeting.desk}/line", **origin, **cookies(session)) == status


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_pages_of_other_origins_get_no_line(meeting: House, origin: str) -> None:
    assert await meeting.status(f"{meeting.own}/line", Origin=origin) == 403
    assert await meeting.status(f"{meeting.desk}/line", Origin=origin, **cookies(meeting.session)) == 403
    assert await meeting.status(f"{meeting.desk}/line", **cookies(meeting.session)) == 403  # silence is no proof
    assert await meeting.status(f"{meeting.own}/line", Origin=meeting.staff.url) == 101


@pytest.mark.parametrize(
    ("role", "minutes", "state"),
    [
        ("own", -16, "early"),
        ("own", -15, "open"),
        ("own", 20 + 59, "open"),
        ("own", 20 + 60, "over"),
        ("desk", -31, "early"),
        ("desk", -30, "open"),
        ("desk", 20 + 60, "over"),
    ],
)
async def test_the_room_is_open_around_the_time(meeting: House, role: str, minutes: int, state: str) -> None:
    meeting.clock.now = START + timedelta(minutes=minutes)
    session = await meeting.staff.session(meeting.account)
    comes = meeting.citizen if role == "own" else lambda: meeting.host(session)
    if state == "early":
        with pytest.raises(WSServerHandshakeError) as refused:
            async with comes():
                pass
        assert refused.value.status == 409
    else:
        async with comes() as caller:
            assert caller.hello["type"] == ("hello" if state == "open" else "over")
            if state == "over":
                assert await caller.closed() == 1000
    page = await meeting.staff.page(getattr(meeting, role), session)
    assert {
        "early": "Tapaaminen ei ole vielä alkanut",
        "open": "Liity tapaamiseen",
        "over": "Tapaamisen aika on ohi",
    }[state] in page


async def test_a_cancelled_appointment_has_no_room(meeting: House) -> None:
    async with meeting.citizen() as early:
        now = meeting.clock()
        await meeting.parts.database.transaction(cancel, meeting.appointment, now, lambda *_: [])
        for comes in (meeting.citizen, meeting.host):
            async with comes() as caller:
                assert caller.hello["type"] == "over"
    assert early.hello["type"] == "hello"
    for path in (meeting.own, meeting.desk):
        assert "Tapaaminen on peruttu" in await meeting.staff.page(path, meeting.session)


async def test_the_seventh_is_refused_inside_and_at_the_door(meeting: House) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(6):
            host = await stack.enter_async_context(meeting.host())
        seventh = await stack.enter_async_context(meeting.host())
        assert seventh.hello == {"type": "full"}
        assert await seventh.closed() == 1000
        assert (await stack.enter_async_context(meeting.citizen())).hello == {"type": "full"}
        await host.say("leave")
        assert await host.closed() == 1000
        waiting = [await stack.enter_async_context(meeting.citizen()) for _ in range(6)]
        assert {each.hello["state"] for each in waiting} == {"waiting"}
        assert (await stack.enter_async_context(meeting.citizen())).hello == {"type": "full"}
