"""Three people in one meeting on two server processes, and two through a relay alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, WSServerHandshakeError
from meeting_stage import (
    PAIRS,
    TITLE,
    WATCHED,
    People,
    TwoServers,
    coturn,
    two_in,
    two_servers,
)
from playwright.async_api import expect
from stage import Wire

from services.accounts.rules import Role


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoServers]:
    async with two_servers(tmp_path_factory.mktemp("two")) as running:
        yield running


@pytest.mark.long
async def test_three_on_two_servers_and_a_line_that_drops(servers: TwoServers, filmed: People) -> None:
    one, other = servers.urls
    booked = await servers.book(one)
    wire = Wire(servers.products[0].port)
    await wire.mend()
    try:
        citizen = await filmed.come(f"http://127.0.0.1:{wire.port}", f"/meet/{booked.token}?lang=fi")
        staff = await filmed.come(
            other, f"/desk/meet/{booked.id}", session=await servers.session(Role.AGENT, [booked.unit])
        )
        expert = await filmed.come(
            one, f"/desk/meet/{booked.id}", session=await servers.session(Role.EXPERT, [booked.unit], **TITLE)
        )
        for each in (citizen, staff, expert):
            await each.join()
        await staff.let_in()
        for each in (citizen, staff, expert):
            assert await each.sees_moving(2)
        names = citizen.page.locator("#others figcaption b")
        assert sorted(await names.all_inner_texts()) == ["Neuvoja", "Pysäköintineuvoja"]

        await wire.cut()
        await expect(citizen.lost).to_be_visible()
        await expect(citizen.lost).to_contain_text("Yhteys palveluun katkesi")
        await citizen.write("Kuulutteko?")
        await staff.write("Kuullaan.")
        await expect(citizen.page.locator(".pending p")).to_contain_text("odottaa lähetystä")
        for each in (citizen, staff, expert):
            assert await each.sees_moving(2)
        await wire.mend()
        await expect(citizen.lost).to_be_hidden()
        await expect(citizen.news).to_have_text("Yhteys palautui.")
        for each in (citizen, staff):
            await expect(each.said).to_have_count(2)
        await expect(citizen.page.locator(".pending p")).to_have_count(0)
        await expect(expert.page.locator("#open-chat")).to_contain_text("(2 uutta)")
        assert await citizen.sees_moving(2)

        await expert.page.reload()  # comes back as the same, and is not asked for
        await expert.join()
        for each in (citizen, staff, expert):
            assert await each.sees_moving(2)
        await expert.page.locator("#open-chat").click()
        await expect(expert.said).to_have_count(2)

        stranger = await filmed.come(one, f"/meet/{booked.token[:-1]}x")
        await expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Varausta ei löydy")
        async with ClientSession(headers={"Origin": other}) as session:
            with pytest.raises(WSServerHandshakeError) as refused:
                await session.ws_connect(f"{other}/meet/{booked.token[:-1]}x/line")
            assert refused.value.status == 404
            with pytest.raises(WSServerHandshakeError):  # is sent to sign in
                await session.ws_connect(f"{other}/desk/meet/{booked.id}/line")
    finally:
        await wire.cut()


@pytest.mark.long
async def test_through_a_relay_alone(filmed: People, tmp_path: Path) -> None:
    async with (
        coturn(tmp_path) as relay,
        two_servers(tmp_path, TURN_URL=relay.url, TURN_SECRET=relay.secret) as servers,
    ):
        script = WATCHED.replace("POLICY", "relay")
        citizen, host = await two_in(servers, servers.urls[0], filmed, script=script)
        for each in (citizen, host):
            assert await each.sees_moving(1)
            assert await each.page.evaluate(PAIRS) == [["relay", "relay"]]
