"""The desk in a real browser: read by every eye, worked by keyboard alone, and kept as things stand."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from desks import appoint
from playwright.async_api import Browser, Page, expect
from sqlalchemy import update
from stage import CLOSES_S, Porina
from test_looks import too_wide, violations

from bot.web.sessions import SESSION
from services.accounts.acts import add
from services.accounts.rules import Role
from services.accounts.sessions import begin
from services.appointments.tables import appointments

_numbers = iter(range(1, 1000))


class Desk:
    """An expert of a unit of their own, and the unit's appointments."""

    def __init__(self, porina: Porina) -> None:
        self.porina = porina
        self.unit = f"desk-{next(_numbers)}"
        self.act = porina.parts.database.transaction

    async def book(self, minutes: int, **other: Any) -> str:
        """An appointment that begins `minutes` from now."""
        return await self.act(appoint, self.porina.time() + timedelta(minutes=minutes), unit=self.unit, **other)

    async def cancel(self, appointment: str) -> None:
        await self.act(
            lambda tx: tx.execute(
                update(appointments).where(appointments.c.id == appointment).values(state="cancelled")
            )
        )

    async def cookie(self) -> dict[str, Any]:
        now = self.porina.time()
        account, _ = await self.act(add, f"asiantuntija-{self.unit}", [Role.EXPERT], [self.unit], now, "command line")
        token = await self.act(begin, account, now, "password")
        where = {"domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True, "sameSite": "Lax"}
        return {"name": SESSION, "value": token, **where}

    async def full(self) -> str:
        """One of each state with all there is to say; the id of the one that can be opened."""
        asked = "Lupani päättyy ensi viikolla.\n" + "pitkäsanainenasiajossaeiolevälejä" * 5
        contact = {"name": "Karhu", "phone": "+358 44 123 4567", "email": f"{'karhu.' * 9}k@example.fi"}
        opened = await self.book(0, interpreter="ru", note=asked, **contact)
        await self.book(-120, state="cancelled")
        await self.book(-180)
        await self.book(240, interpreter="yes", place="lavia")
        await self.book(24 * 60)
        return opened


@pytest.fixture
def desk(porina: Porina) -> Desk:
    return Desk(porina)


Opened = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, desk: Desk) -> AsyncIterator[Opened]:
    """A page of the expert's browser; a fault in a script, or one that the policy stops, fails the test."""
    contexts = []
    wrong: list[str] = []
    cookie = await desk.cookie()

    async def open_page(width: int = 1280, height: int = 860, **options: Any) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            base_url=f"http://127.0.0.1:{desk.porina.port}",
            **{"locale": "fi-FI", **options},
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", lambda message: wrong.append(message.text) if "Policy" in message.text else None)
        await context.add_cookies([cookie])
        return await context.new_page()

    yield open_page
    for context in contexts:
        await asyncio.wait_for(context.close(), CLOSES_S)
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        ("fi", "light"),
        pytest.param("sv", "light", marks=pytest.mark.long),
        pytest.param("en", "light", marks=pytest.mark.long),
        pytest.param("fi", "dark", marks=pytest.mark.long),
    ],
)
async def test_axe_finds_nothing_and_nothing_sticks_out(
    desk: Desk, opened: Opened, axe: str, language: str, scheme: str
) -> None:
    await desk.full()
    page = await opened(320, 568, color_scheme=scheme)
    for path in (f"/desk?lang={language}", f"/desk?day=2026-12-24&lang={language}"):
        await page.goto(path)
        assert await page.get_attribute("html", "lang") == language
        await page.evaluate(axe)
        assert await violations(page) == [], path
        assert await too_wide(page) == [], path
    await page.goto(f"/desk?lang={language}")
    targets = await page.locator("#desk :is(.button, .choice)").evaluate_all(
        "each => each.map(one => one.getBoundingClientRect().height)"
    )
    assert len(targets) >= 4
    assert min(targets) >= 40


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id"))


async def test_the_keyboard_alone_opens_an_appointment(desk: Desk, opened: Opened) -> None:
    appointment = await desk.full()
    page = await opened()
    await page.goto("/desk")
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await focused(page) == f"open-{appointment}":
            break
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert await page.locator("[id^=open-]").count() == 1
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/desk/meet/{appointment}")  # a page on its way cannot always be closed


async def test_the_list_stays_as_things_stand_and_takes_no_focus(desk: Desk, opened: Opened) -> None:
    first = await desk.book(60, phone="044 123 4567")
    page = await opened()
    await page.clock.install(time=desk.porina.time())
    await page.goto("/desk")
    phone, news = page.locator(f"#phone-{first}"), page.locator("#news")
    await phone.focus()
    await page.evaluate("document.activeElement.mark = 1")

    await page.clock.fast_forward(60_000)
    async with page.expect_response(re.compile("/desk$")):
        await page.clock.fast_forward(60_000)
    assert await phone.evaluate("one => one.mark") == 1  # nothing changed, and nothing was touched
    await expect(news).to_be_empty()

    second = await desk.book(90, name="Toinen")
    await page.clock.fast_forward(60_000)
    await expect(page.locator(f"#at-{second}")).to_be_visible()
    await expect(news).to_contain_text("Lista muuttui klo")
    assert await phone.evaluate("one => one.mark") is None  # it was put in anew
    await expect(phone).to_be_focused()

    await desk.cancel(second)
    await page.clock.fast_forward(60_000)
    await expect(page.locator(".cancelled")).to_contain_text("Peruttu")
    await expect(phone).to_be_focused()

    await page.context.set_offline(True)
    await page.clock.fast_forward(60_000)
    await expect(news).to_contain_text("Lista ei nyt päivity")
    await page.context.set_offline(False)
    await page.clock.fast_forward(60_000)
    await expect(news).to_be_empty()
    await page.context.clear_cookies()  # the session is over: the list stays, and says how old it is
    await page.clock.fast_forward(60_000)
    await expect(news).to_contain_text("Lista ei nyt päivity")
    await expect(phone).to_be_focused()


async def test_without_a_script(desk: Desk, opened: Opened) -> None:
    appointment = await desk.full()
    page = await opened(java_script_enabled=False)
    await page.goto("/desk")
    await page.get_by_role("link", name="Seuraava päivä").click()
    await expect(page.locator(".day > li")).to_have_count(1)
    await page.get_by_role("link", name="Tänään", exact=True).click()
    await expect(page.locator(f"#open-{appointment}")).to_be_visible()
