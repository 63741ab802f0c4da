"""Bringing an expert over HTTP: the line that rings, the pages of the call, and a time where nobody comes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import served as serving
from aiohttp import WSMsgType
from bookings import shipped
from databases import POSTGRESQL, fresh, rows
from staffed import Staff, cookies, staffed, words

from bot.appointments.offer import bookables, demo_title
from services.accounts.acts import set_title
from services.accounts.rules import Role
from services.accounts.sessions import end_all
from services.appointments.demo import fill_experts
from services.appointments.records import find
from services.calls.acts import RING
from services.calls.records import Call, call_of

ASKED = {"topic": "pysakointi", "place": "yrjonkatu-6", "language": "fi"}
UNIT = "pysakointi"


class Line:
    """The line of an open page."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.say = socket.send_json

    async def hears(self, kind: str) -> dict[str, Any]:
        """The next frame, which is of this kind."""
        frame: dict[str, Any] = await self.socket.receive_json(timeout=10)
        assert frame["type"] == kind, frame
        return frame

    async def is_closed(self) -> int:
        """The code with which it was closed, after whatever else was said."""
        while (await self.socket.receive(timeout=10)).type is WSMsgType.TEXT:
            pass
        return int(self.socket.close_code)


@asynccontextmanager
async def line(staff: Staff, token: str, path: str = "/desk/line", expert: bool = True) -> AsyncIterator[Line]:
    """Opened, and known to be there."""
    headers = {"Origin": staff.url, **cookies(token)}
    async with staff.served.session.ws_connect(staff.url + path, headers=headers) as socket:
        opened = Line(socket)
        assert (await opened.hears("hello"))["expert"] is expert
        yield opened


@pytest.fixture
async def staff(tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path) as running:
        await running.parts.database.transaction(fill_experts, bookables(shipped()), partial(demo_title, shipped()))
        yield running


async def agent(staff: Staff, login: str = "neuvoja") -> str:
    return await staff.signed_in(login, Role.AGENT, units=["asiakaspalvelu"])


async def expert(staff: Staff, login: str, **title: str) -> str:
    account = await staff.person(login, Role.EXPERT, units=[UNIT])
    if title:
        await staff.parts.database.transaction(set_title, account, title, staff.clock(), account)
    return await staff.session(account)


async def call(staff: Staff, token: str, **asked: str) -> str:
    """The path of the call's page."""
    answer = await staff.post("/desk/bring", token, **{**ASKED, **asked})
    assert answer.status == 303
    return answer.headers["Location"]


async def stored(staff: Staff, path: str) -> Call:
    found: Call = await staff.parts.database.read(call_of, path.rpartition("/")[2])
    return found


async def test_it_rings_one_accepts_and_the_other_hears_who(staff: Staff) -> None:
    by, one, other = await agent(staff), await expert(staff, "yksi", fi="neuvoja"), await expert(staff, "toinen")
    async with line(staff, one) as first, line(staff, other) as second:
        path = await call(staff, by)
        assert "2 asiantuntijalla" in await staff.page(path, by)
        ring = await first.hears("ring")
        number = ring.pop("call")
        place = "Porina, Yrjönkatu 6"
        asked = {"topic": "Pysäköinti", "place": place, "language": "suomi", "left": RING.seconds}
        assert ring == {"type": "ring", **asked}
        assert (await second.hears("ring"))["call"] == number
        async with line(staff, by, f"/desk/line?call={number}", expert=False) as waiting:
            assert (await waiting.hears("call"))["state"] == "ringing"
            await first.say({"type": "accept", "call": number})
            room = (await first.hears("accepted"))["url"]
            assert await second.hears("taken") == {"type": "taken", "call": number, "by": "neuvoja"}
            assert (await waiting.hears("call"))["state"] == "accepted"
        await second.say({"type": "accept", "call": number})
        assert (await second.hears("taken"))["by"] == "neuvoja"
    page = await staff.page(path, by)
    assert "Soittoon vastasi neuvoja" in page
    for who, status in ((by, 200), (one, 200), (await agent(staff, "muu"), 403)):
        assert (await staff.get(room, who)).status == status, who
    assert (await staff.get(re.search(r"/meet/[\w-]+", page.replace(room, ""))[0])).status == 200  # type: ignore[index]


async def test_a_line_that_comes_back_is_told_again_what_rings(staff: Staff) -> None:
    by, one = await agent(staff), await expert(staff, "yksi")
    async with line(staff, one) as first:
        await call(staff, by)
        ring = await first.hears("ring")
    async with line(staff, one) as again, line(staff, one) as beside:
        assert await again.hears("ring") == ring
        await beside.hears("ring")
        await again.say({"type": "decline", "call": ring["call"]})
        assert (await beside.hears("ended"))["call"] == ring["call"]
    async with line(staff, one) as at_last:
        await at_last.say({"type": "ping"})
        await at_last.hears("pong")


async def test_the_time_is_over_for_all_when_somebody_looks(staff: Staff) -> None:
    by, one = await agent(staff), await expert(staff, "yksi")
    async with line(staff, one) as first:
        path = await call(staff, by)
        await first.hears("ring")
        staff.clock.now += RING
        assert "Kukaan ei päässyt nyt" in await staff.page(path, by)
        await first.hears("ended")


async def test_withdrawing_ends_the_ring(staff: Staff) -> None:
    by, one = await agent(staff), await expert(staff, "yksi")
    async with line(staff, one) as first:
        path = await call(staff, by)
        await first.hears("ring")
        assert (await staff.post(f"{path}/withdraw", by)).status == 303
        await first.hears("ended")
    assert "Soitto on lopetettu" in await staff.page(path, by)


async def test_the_switch_is_kept_and_shown_on_all_pages(staff: Staff) -> None:
    one = await expert(staff, "yksi")
    async with line(staff, one) as first, line(staff, one) as second:
        await first.say({"type": "available", "on": False})
        assert [(await each.hears("hello"))["available"] for each in (first, second)] == [False, False]
        assert (await stored(staff, await call(staff, await agent(staff)))).state == "nobody"


async def test_the_line_ends_with_the_session(staff: Staff) -> None:
    account = await staff.person("yksi", Role.EXPERT, units=[UNIT])
    async with line(staff, await staff.session(account)) as first:
        await staff.parts.database.transaction(end_all, account, staff.clock(), account)
        await first.say({"type": "available", "on": True})
        await first.hears("over")
        assert await first.is_closed() == 1000


@pytest.mark.parametrize("said", ["", "null", '{"type":"accept"}', '{"type":"ring","call":"x"}', "x" * 2000])
async def test_what_is_no_frame_ends_the_line(staff: Staff, said: str) -> None:
    async with line(staff, await expert(staff, "yksi")) as first:
        await first.socket.send_str(said)
        assert await first.is_closed() in {1008, 1009}


async def test_pages_of_others_cannot_open_it(staff: Staff) -> None:
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    headers = {**upgrade, "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==", "Origin": "https://example.com"}
    assert (await staff.get("/desk/line", await expert(staff, "yksi"), headers=headers)).status == 403


async def test_the_page_says_how_many_are_there_and_keeps_what_was_asked(staff: Staff) -> None:
    one = await expert(staff, "yksi")
    async with line(staff, one):
        page = await staff.page("/desk/bring", by := await agent(staff))
        assert re.search(r"Nyt paikalla: \S.* 1\.", page)
        assert "ei ole nyt paikalla" in await staff.page("/desk/bring", one)
    answer = await staff.post("/desk/bring", by, **{**ASKED, "language": "sv"})
    assert answer.status == 422
    html = await answer.text()
    assert "Tätä asiaa ei palvella tällä kielellä" in words(html)
    assert '<option value="pysakointi" selected>' in html
    assert (await staff.post("/desk/bring", by, **{**ASKED, "topic": "muu"})).status == 422


async def form_of(staff: Staff, path: str, by: str) -> str:
    """The slot of the first time that the call's page offers."""
    html = await (await staff.get(path, by)).text()
    found = re.search(rf'href="{path}/book\?slot=([\w-]+)"', html)
    assert found is not None
    assert (await staff.get(f"{path}/book?slot={found[1]}", by)).status == 200
    return found[1]


async def test_a_time_is_booked_once_and_without_a_contact(staff: Staff) -> None:
    by = await agent(staff)
    path = await call(staff, by)
    slot = await form_of(staff, path, by)
    answers = [await staff.post(f"{path}/book", by, slot=slot, name="Karhu", need="papers") for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [path, path]
    page = await staff.page(path, by)
    assert "Aika on varattu" in page
    found = re.search(r"/appointments/([\w-]+)", page)
    assert found is not None
    assert (await staff.parts.database.read(find, found[1])).name == "Karhu"
    (booked,) = rows(staff.served.database_url, "SELECT name, email, phone, needs, place FROM appointments")
    assert tuple(booked) == ("Karhu", None, None, '["papers"]', "yrjonkatu-6")


async def test_what_is_typed_wrong_is_told_at_its_field(staff: Staff) -> None:
    by = await agent(staff)
    path = await call(staff, by)
    slot = await form_of(staff, path, by)
    answer = await staff.post(f"{path}/book", by, slot=slot, name=" ", email="karhu", phone="x", need="papers")
    page = await answer.text()
    assert answer.status == 422
    assert re.findall(r'id="(\w+)-wrong"', page) == ["name", "email", "phone"]
    assert 'value="papers" checked' in page


async def test_a_time_that_went_meanwhile_is_offered_no_more(staff: Staff) -> None:
    by = await agent(staff)
    one, other = await call(staff, by), await call(staff, by)
    slot = await form_of(staff, one, by)
    assert (await staff.post(f"{one}/book", by, slot=slot, name="Karhu")).status == 303
    answer = await staff.post(f"{other}/book", by, slot=slot, name="Hauki")
    assert answer.status == 409
    assert "Joku ehti varata tämän ajan" in (page := await answer.text())
    assert slot not in page
    assert (await staff.post(f"{other}/book", by, slot="x", name="Hauki")).status == 422


async def test_the_call_of_another_is_not_there(staff: Staff) -> None:
    path = await call(staff, await agent(staff))
    other = await agent(staff, "toinen")
    assert [(await staff.get(path + more, other)).status for more in ("", "/book?slot=x")] == [404, 404]
    assert (await staff.post(f"{path}/withdraw", other)).status == 404
    assert (await staff.post(f"{path}/book", other, slot="x", name="Karhu")).status == 404


async def test_it_rings_on_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two servers with nothing in common but PostgreSQL."""
    monkeypatch.setattr(serving, "fresh", partial(fresh, kind=POSTGRESQL))
    async with staffed(tmp_path) as here, staffed(tmp_path) as there:
        by, one, other = await agent(here), await expert(here, "yksi"), await expert(here, "toinen")
        async with line(there, one) as first, line(here, other) as second:
            path = await call(here, by)
            number = (await first.hears("ring"))["call"]
            await second.hears("ring")
            watched = f"/desk/line?call={number}"
            async with line(here, by, watched, expert=False) as waiting:
                await waiting.hears("call")
                await asyncio.gather(*(each.say({"type": "accept", "call": number}) for each in (first, second)))
                heard = [await each.socket.receive_json(timeout=10) for each in (first, second)]
                assert sorted(frame["type"] for frame in heard) == ["accepted", "taken"]
                assert (await waiting.hears("call"))["state"] == "accepted"
            assert "Soittoon vastasi" in await there.page(path, by)
