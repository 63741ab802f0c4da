"""The desk in a real browser: read by every eye, worked by keyboard alone, and kept as things stand."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from desks import appoint
from playwright.async_api import Browser, Page, expect
from sqlalchemy import update
from staff_stage import LOOKS, Opened, signed_in
from stage import Porina
from test_looks import too_wide, violations

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
        start = self.porina.time() + timedelta(minutes=minutes)
        return await self.act(appoint, start, unit=self.unit, secret=self.porina.parts.secret, **other)

    async def cancel(self, appointment: str) -> None:
        await self.act(
            lambda tx: tx.execute(
                update(appointments).where(appointments.c.id == appointment).values(state="cancelled")
            )
        )

    async def session(self) -> str:
        now = self.porina.time()
        account, _ = await self.act(add, f"asiantuntija-{self.unit}", [Role.EXPERT], [self.unit], now, "command line")
        token: str = await self.act(begin, account, now, "password")
        return token

    async def full(self) -> str:
        """One of each state with all there is to say; the id of the one that can be opened."""
        asked = "Lupani päättyy ensi viikolla.\n" + "pitkäsanainenasiajossaeiolevälejä" * 5
        contact = {"name": "Karhu", "phone": "+358 44 123 4567", "email": f"{'karhu.' * 9}k@example.fi"}
        needs = {"needs": ["papers", "hearing_loop"], "interpreter": "ru", "interpreter_state": "wanted"}
        opened = await self.book(0, note=asked, **needs, **contact)
        await self.book(-60 * 24 * 3, state="displaced", **contact)
        await self.book(-240, state="no_show", guest_came=False, host_came=True)
        await self.book(-300, state="phone", **contact)
        await self.book(-120, state="cancelled")
        await self.book(-180)
        await self.book(240, interpreter="yes", place="lavia")
        await self.book(24 * 60)
        return opened


@pytest.fixture
def desk(porina: Porina) -> Desk:
    return Desk(porina)


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, desk: Desk) -> AsyncIterator[Opened]:
    """A page of the expert's browser; a fault in a script, or one that the policy stops, fails the test."""
    async with signed_in(browser, desk.porina, await desk.session()) as open_page:
        yield open_page


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
async def test_axe_finds_nothing_and_nothing_sticks_out(
    desk: Desk, opened: Opened, axe: str, language: str, scheme: str
) -> None:
    own = f"/desk/appointments/{await desk.full()}"
    page = await opened(320, 568, color_scheme=scheme)
    for path in (f"/desk?lang={language}", f"/desk?day=2026-12-24&lang={language}", f"{own}?lang={language}"):
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
    for _ in range(40):
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
    await expect(page.locator("#desk > .day > li")).to_have_count(1)
    await page.get_by_role("link", name="Tänään", exact=True).click()
    await expect(page.locator(f"#open-{appointment}")).to_be_visible()


async def test_marking_and_cancelling_without_a_script(desk: Desk, opened: Opened) -> None:
    appointment, other = await desk.book(5), await desk.book(30, phone="044 123 4567")
    page = await opened(320, 568, java_script_enabled=False)
    await page.goto("/desk")
    await page.locator(f"#here-{appointment}").click()
    await expect(page.locator(f"li:has(#at-{appointment})")).to_contain_text("Asiakas on paikalla")
    await expect(page.locator(f"#here-{appointment}")).to_have_count(0)
    await page.locator(f"#more-{other}").click()
    await page.get_by_role("button", name="Peru ja kerro asiakkaalle").click()
    await expect(page.get_by_role("alert")).to_contain_text("Kirjoita syy.")
    await page.get_by_label("Syy asiakkaalle").fill("Asiantuntija sairastui")
    await page.get_by_role("button", name="Peru ja kerro asiakkaalle").click()
    await expect(page.locator(f"li:has(#at-{other})")).to_contain_text("Peruttu")
