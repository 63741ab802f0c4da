"""Meeting by video: who gets on the line, what they tell each other there, and what happens when a line breaks."""

from __future__ import annotations

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError
from callers import OFFER, Caller, calling
from databases import rows
from desks import appoint
from served import Served
from staffed import Staff, cookies, staffed

from bot.meet import line
from services.accounts.acts import set_roles, set_title
from services.accounts.rules import Role
from services.accounts.sessions import end_all
from services.appointments.acts import cancel
from services.bell import Bell, Missed
from services.errors import DatabaseAway
from services.video.acts import leave, sweep

START = datetime(2026, 11, 24, 10, 10, tzinfo=UTC)  # ten minutes after the clock's time
UNIT = "pysakointi"
TITLE = {"fi": "pysäköintineuvoja", "sv": "parkeringsrådgivare", "en": "parking adviser"}
HOST, CITIZEN = "pysäköintineuvoja", "asiakas"


class House:
    """An appointment, its citizen, and somebody of its unit."""

    def __init__(self, staff: Staff) -> None:
        self.staff, self.parts, self.clock = staff, staff.parts, staff.clock
        self.appointment = self.account = self.session = ""

    async def open(self) -> None:
        act = self.parts.database.transaction
        self.appointment = await act(appoint, START)
        self.account = await self.staff.person("neuvoja-1", Role.EXPERT, units=[UNIT])
        await act(set_title, self.account, TITLE, self.clock(), self.account)
        self.session = await self.staff.session(self.account)

    @property
    def own(self) -> str:
        """The citizen's page: the token of `appoint` is the id."""
        return f"/meet/{self.appointment}"

    @property
    def desk(self) -> str:
        return f"/desk/meet/{self.appointment}"

    def citizen(self, *, language: str = "fi", **given: Any) -> AbstractAsyncContextManager[Caller]:
        url = f"{self.staff.url}{self.own}/line?lang={language}"
        return calling(self.staff.served.session, url, **given)

    def host(self, session: str | None = None, **given: Any) -> AbstractAsyncContextManager[Caller]:
        headers = {"Origin": self.staff.url, **cookies(session or self.session)}
        return calling(self.staff.served.session, f"{self.staff.url}{self.desk}/line", headers=headers, **given)

    async def meeting(self, stack: AsyncExitStack) -> tuple[Caller, Caller]:
        """A host, and a citizen who was let in; both know."""
        host = await stack.enter_async_context(self.host())
        citizen = await stack.enter_async_context(self.citizen())
        await host.sees((HOST, "in"), (CITIZEN, "waiting"))
        await host.say("admit", id=citizen.id)
        for each in (host, citizen):
            await each.sees((HOST, "in"), (CITIZEN, "in"))
        return host, citizen

    def stored(self, table: str) -> int:
        return int(rows(self.staff.served.database_url, f"SELECT count(*) FROM {table}")[0][0])

    async def status(self, path: str, **headers: str) -> int:
        """What a WebSocket's handshake at `path` is answered."""
        try:
            async with self.staff.served.session.ws_connect(self.staff.url + path, headers=headers):
                return 101
        except WSServerHandshakeError as refused:
            return refused.status


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with staffed(tmp_path) as staff:
        opened = House(staff)
        await opened.open()
        yield opened


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines say every tenth of a second that they are there, and look whether they may be."""
    monkeypatch.setattr(line, "KEEP_S", 0.1)


async def test_a_citizen_waits_is_let_in_and_both_hear_each_other(house: House) -> None:
    async with house.citizen() as citizen:
        assert (citizen.hello["state"], citizen.hello["people"], citizen.hello["ice"]) == ("waiting", [], [])
        async with house.host() as host:
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


async def test_names_are_what_people_are_there_in_the_language_of_who_looks(house: House) -> None:
    untitled = await house.staff.signed_in("neuvoja-2", Role.AGENT, units=[UNIT])
    async with house.host(), house.host(untitled) as agent, house.citizen(language="sv") as citizen:
        await citizen.sees(("parkeringsrådgivare", "in"), ("rådgivare", "in"))
        await agent.say("admit", id=citizen.id)
        await citizen.sees(("parkeringsrådgivare", "in"), ("rådgivare", "in"), ("kund", "in"))
        assert "neuvoja-" not in str(citizen.heard)


async def test_a_message_is_masked_and_told_to_all_and_its_sender(house: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        await citizen.say("say", text="  Tunnukseni on 131052-308T ja nimi A\u0308iti \u0000")
        for each in (host, citizen):
            said = (await each.until("said"))[0]
            assert "131052-308T" not in said["text"]
            assert said["text"].startswith("Tunnukseni on")
            assert said["text"].endswith("ja nimi Äiti")
            assert (said["from"], said["at"]) == (citizen.id, "2026-11-24T10:00:00.000Z")


async def test_who_waits_hears_nothing_of_the_talk(house: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        second = await stack.enter_async_context(house.citizen())
        await host.say("say", text="between us")
        await host.signal(citizen)
        await citizen.until("signal")
        await host.sees((HOST, "in"), (CITIZEN, "in"), (CITIZEN, "waiting"))
        await host.say("admit", id=second.id)
        await second.until("admitted")
        await host.say("say", text="for all")
        assert [frame["text"] for frame in await second.until("said")] == ["for all"]
        assert not any(frame["type"] == "signal" for frame in second.heard)


async def test_only_hosts_let_in_and_put_out_and_only_who_is_in_speaks(house: House) -> None:
    async with house.citizen() as first, house.citizen() as second, house.host() as host:
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
    async with house.citizen(secret=second.hello["secret"]) as again:  # the secret is of no use any more
        assert (again.hello["state"], again.id == second.id) == ("waiting", False)


async def test_a_strangers_token_opens_nothing(house: House) -> None:
    for path in ("/meet/wrong", "/meet/wrong/line", f"/meet/{house.appointment}x"):
        assert (await house.staff.get(path)).status == 404, path
    assert await house.status("/meet/wrong/line") == 404


async def test_a_token_opens_its_own_room_only(house: House) -> None:
    """The other appointment is at the same time, and of the same unit."""
    mine = house.appointment
    async with house.host() as host:
        house.appointment = await house.parts.database.transaction(appoint, START)
        async with house.citizen(secret=host.hello["secret"]) as other, house.host() as others_host:
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
            house.appointment = mine
            async with house.citizen() as citizen:
                await host.sees((HOST, "in"), (CITIZEN, "waiting"))
                assert citizen.hello["people"] == [host.hello["people"][0]]
    assert [frame["type"] for frame in host.heard if frame["type"] not in {"hello", "people"}] == []


async def test_hosts_are_those_of_the_unit(house: House) -> None:
    other = await house.staff.signed_in("neuvoja-2", Role.AGENT, units=["kirjaamo"])
    admin = await house.staff.signed_in("paakayttaja", Role.ADMIN)
    origin = {"Origin": house.staff.url}
    for path in (house.desk, f"{house.desk}/line"):
        for session in (other, admin):
            assert (await house.staff.get(path, session)).status == 403
        assert (await house.staff.get(path)).headers["Location"].startswith("/sign-in?")
        assert (await house.staff.get(path.replace(house.appointment, "none"), house.session)).status == 404
    for session, status in ((other, 403), (admin, 403), (house.session, 101)):
        assert await house.status(f"{house.desk}/line", **origin, **cookies(session)) == status


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_pages_of_other_origins_get_no_line(house: House, origin: str) -> None:
    assert await house.status(f"{house.own}/line", Origin=origin) == 403
    assert await house.status(f"{house.desk}/line", Origin=origin, **cookies(house.session)) == 403
    assert await house.status(f"{house.desk}/line", **cookies(house.session)) == 403  # silence is no proof
    assert await house.status(f"{house.own}/line", Origin=house.staff.url) == 101


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
async def test_the_room_is_open_around_the_time(house: House, role: str, minutes: int, state: str) -> None:
    house.clock.now = START + timedelta(minutes=minutes)
    session = await house.staff.session(house.account)
    comes = house.citizen if role == "own" else lambda: house.host(session)
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
    page = await house.staff.page(getattr(house, role), session)
    assert {
        "early": "Tapaaminen ei ole vielä alkanut",
        "open": "Liity tapaamiseen",
        "over": "Tapaamisen aika on ohi",
    }[state] in page


async def test_a_cancelled_appointment_has_no_room(house: House) -> None:
    async with house.citizen() as early:
        now = house.clock()
        await house.parts.database.transaction(cancel, house.appointment, now, lambda *_: [])
        for comes in (house.citizen, house.host):
            async with comes() as caller:
                assert caller.hello["type"] == "over"
    assert early.hello["type"] == "hello"
    for path in (house.own, house.desk):
        assert "Tapaaminen on peruttu" in await house.staff.page(path, house.session)


async def test_the_seventh_is_refused_inside_and_at_the_door(house: House) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(6):
            host = await stack.enter_async_context(house.host())
        seventh = await stack.enter_async_context(house.host())
        assert seventh.hello == {"type": "full"}
        assert await seventh.closed() == 1000
        assert (await stack.enter_async_context(house.citizen())).hello == {"type": "full"}
        await host.say("leave")
        assert await host.closed() == 1000
        waiting = [await stack.enter_async_context(house.citizen()) for _ in range(6)]
        assert {each.hello["state"] for each in waiting} == {"waiting"}
        assert (await stack.enter_async_context(house.citizen())).hello == {"type": "full"}


async def test_a_line_that_broke_comes_back_and_misses_nothing(house: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        for number in range(5):
            await host.say("say", text=f"before {number}")
        await citizen.until("said", 3)  # the last two are under way when the line breaks
        citizen.cut()
        await host.sees((HOST, "in"), (CITIZEN, "away"))
        for number in range(5):
            await host.say("say", text=f"meanwhile {number}")
            await host.signal(citizen, {"candidate": {"candidate": f"{number}"}})
        await host.until("said", text="meanwhile 4")
        back = await stack.enter_async_context(house.citizen(secret=citizen.hello["secret"], seq=citizen.seq))
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


async def test_a_page_that_was_loaded_anew_hears_the_talk_but_no_old_signals(house: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        await host.say("say", text="one")
        await host.signal(citizen)
        await citizen.until("signal")
        citizen.cut()
        back = await stack.enter_async_context(house.citizen(secret=citizen.hello["secret"]))
        assert back.id == citizen.id
        await back.until("people")
        await host.sees((HOST, "in"), (CITIZEN, "in"))
        await host.signal(back, {"candidate": None})
        assert (await back.until("signal"))[0]["body"] == {"candidate": None}
        assert [frame["text"] for frame in back.heard if frame["type"] == "said"] == ["one"]
        back.cut()
        third = await stack.enter_async_context(house.citizen(secret=citizen.hello["secret"], seq=back.seq))
        await host.say("say", text="two")
        await third.until("said", text="two")
        assert not any(frame["type"] == "signal" for frame in third.heard)


async def test_a_copied_page_takes_the_line_over(house: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        copy = await stack.enter_async_context(house.citizen(secret=citizen.hello["secret"]))
        await citizen.until("elsewhere")
        assert await citizen.closed() == 1000
        await host.say("say", text="who hears?")
        await copy.until("said")
        assert not any(each["state"] == "away" for frame in host.heard for each in frame.get("people", ()))


async def test_who_does_not_come_back_has_left_and_begins_anew(house: House, soon: None) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        citizen.cut()
        await host.sees((HOST, "in"), (CITIZEN, "away"))
        house.clock.forward(seconds=46)
        await host.sees((HOST, "in"))
        back = await stack.enter_async_context(house.citizen(secret=citizen.hello["secret"], seq=citizen.seq))
        assert (back.hello["state"], back.id == citizen.id) == ("waiting", False)


async def test_who_was_taken_for_lost_wrongly_is_sent_back_in(house: House, soon: None) -> None:
    """As when a process stood still for a minute and its sockets did not break."""
    act, now = house.parts.database.transaction, house.clock()
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        await act(leave, citizen.id, now)
        assert await citizen.closed() == 1001
        back = await stack.enter_async_context(house.citizen(secret=citizen.hello["secret"], seq=citizen.seq))
        assert back.hello["state"] == "waiting"
        await act(sweep, house.appointment, now + timedelta(minutes=1))
        assert house.stored("rooms") == 0  # all were lost, so the room is over
        for each in (host, back):
            assert await each.closed() == 1001
        assert (await stack.enter_async_context(house.host())).hello["state"] == "in"


async def test_leaving_leaves_nothing_behind(house: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        await citizen.say("say", text="kiitos")
        await citizen.say("leave")
        assert await citizen.closed() == 1000
        await host.sees((HOST, "in"))
        assert house.stored("room_events") > 0
        await host.say("leave")
        assert await host.closed() == 1000
    assert [house.stored(table) for table in ("rooms", "participants", "room_events")] == [0, 0, 0]
    async with asyncio.timeout(5):
        while len(house.parts.bell):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_end_of_the_time_ends_the_lines(house: House, soon: None) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        house.clock.now = START + timedelta(minutes=20 + 60)
        for each in (host, citizen):
            await each.until("over")
            assert await each.closed() == 1000
    assert house.stored("participants") == 0


async def test_a_cancelled_appointment_ends_the_lines(house: House, soon: None) -> None:
    async with AsyncExitStack() as stack:
        both = await house.meeting(stack)
        await house.parts.database.transaction(cancel, house.appointment, house.clock(), lambda *_: [])
        for each in both:
            await each.until("over")


@pytest.mark.parametrize("how", ["signed out", "other unit"])
async def test_a_host_stays_only_as_long_as_they_may(house: House, soon: None, how: str) -> None:
    act = house.parts.database.transaction
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        if how == "signed out":
            await act(end_all, house.account, house.clock(), house.account)
        else:
            await act(set_roles, house.account, [Role.EXPERT], ["kirjaamo"], house.clock(), "command line")
        await host.until("put_out")
        assert await host.closed() == 1000
        await citizen.sees((CITIZEN, "in"))


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


async def test_garbage_is_refused_and_the_line_stays(house: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
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


async def test_a_frame_of_more_than_64_kib_ends_the_line_but_not_the_participant(house: House) -> None:
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        await citizen.socket.send_str("x" * (64 * 1024 + 1))
        assert await citizen.closed() == 1009
        await host.sees((HOST, "in"), (CITIZEN, "away"))
        back = await stack.enter_async_context(house.citizen(secret=citizen.hello["secret"], seq=citizen.seq))
        assert back.id == citizen.id
        await citizen.socket.close()


@pytest.mark.parametrize("text", ["", "x", '{"type":"ping"}', '{"type":"enter","secret":7}'])
async def test_a_line_begins_with_entering(house: House, text: str) -> None:
    async with house.staff.served.session.ws_connect(f"{house.staff.url}{house.own}/line") as socket:
        await socket.send_str(text)
        assert await Caller(socket).closed() == 1008
    assert house.stored("participants") == 0


async def test_who_says_nothing_first_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "FIRST_S", 0.05)
    async with house.staff.served.session.ws_connect(f"{house.staff.url}{house.own}/line") as socket:
        assert await Caller(socket).closed() == 1008


async def test_a_flood_is_heard_more_slowly_and_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "A_SECOND", 200)
    clock = asyncio.get_running_loop().time
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        began = clock()
        for _ in range(300):
            await host.say("ping")
        await host.signal(citizen)
        await host.until("pong", 300)
        assert clock() - began > 0.45  # 200 at once, and the rest at their pace
        await citizen.until("signal")


async def test_a_ring_that_was_missed_costs_a_delay_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite only this process's own bell tells of what is said: without it nobody hears anything."""
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
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


async def test_a_database_that_is_away_is_waited_for(house: House, soon: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is taken for lost meanwhile, though nobody could say that they are there."""
    monkeypatch.setattr(line, "AWAY_S", 0.02)

    async def away(*_given: Any, **_more: Any) -> None:
        raise DatabaseAway("no answer")

    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        with monkeypatch.context() as gone:
            gone.setattr(type(house.parts.database), "transaction", away)
            gone.setattr(type(house.parts.database), "read", away)
            await host.say("say", text="kept")
            for listener in [each for of_one in house.parts.bell._listeners.values() for each in of_one]:
                listener.put(Missed())
            house.clock.forward(seconds=120)
            await asyncio.sleep(0.3)
        await citizen.until("said", text="kept")
        await asyncio.sleep(0.3)
        async with house.citizen() as second:
            await host.sees((HOST, "in"), (CITIZEN, "in"), (CITIZEN, "waiting"))
            assert second.hello["state"] == "waiting"


async def test_stopping_says_goodbye_and_the_participant_stays(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack, staffed(tmp_path) as staff:
        house = House(staff)
        await house.open()
        socket = await stack.enter_async_context(house.citizen())
        staff.parts.bell.close()
        assert await socket.closed() == 1001
        assert house.stored("participants") == 1
        assert rows(staff.served.database_url, "SELECT kind FROM room_events") == [("came",)]


async def test_who_does_not_read_is_cut_and_others_hear_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the cut the silent one would never be away."""
    monkeypatch.setattr(line, "SLOW_S", 0.3)
    monkeypatch.setattr(line, "A_SECOND", 10_000)
    async with AsyncExitStack() as stack:
        host, citizen = await house.meeting(stack)
        small_buffers(house.staff.served, citizen)
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


async def test_entering_is_in_the_audit_once(house: House) -> None:
    async def noted() -> list[Any]:
        query = "SELECT by, subject FROM audit WHERE act = 'video.entered'"
        return rows(house.staff.served.database_url, query)

    async with house.host() as host, house.citizen():
        host.cut()
    async with house.host(secret=host.hello["secret"], seq=host.seq):
        pass
    assert await noted() == [(house.account, house.appointment)]
