"""The pages of an expert's feeds in a real browser: read by every eye, worked by keyboard alone and without a script."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from staff_stage import LOOKS, Opened, signed_in
from stage import Porina
from supplied import add_expert
from test_looks import too_wide, violations

from services.accounts.acts import add
from services.accounts.rules import Role
from services.accounts.sessions import begin
from services.appointments.feeds import fail_feed, new_calendar_address, set_feed

FEED = "/desk/calendar/feed"
URL = "https://outlook.office365.com/owa/calendar/secret/calendar.ics"

_numbers = iter(range(1, 1000))


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, porina: Porina) -> AsyncIterator[Opened]:
    """A page of an expert whose outside calendar could not be read; a fault in a script fails the test."""
    act, now, name = porina.parts.database.transaction, porina.time(), f"syote-{next(_numbers)}"
    account, _ = await act(add, name, [Role.EXPERT], [name], now, "command line")
    await act(add_expert, name, unit=name, account_id=account, topics=[])
    await act(set_feed, name, URL, account, now)
    await act(fail_feed, name, URL, "zone:Mars/Olympus Mons", now)
    await act(new_calendar_address, name, account, now)
    async with signed_in(browser, porina, await act(begin, account, now, "password")) as open_page:
        yield open_page


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
async def test_axe_finds_nothing_and_nothing_sticks_out(opened: Opened, axe: str, language: str, scheme: str) -> None:
    page = await opened(320, 568, color_scheme=scheme)

    async def check() -> None:
        assert await page.get_attribute("html", "lang") == language
        await page.evaluate(axe)
        assert await violations(page) == [], page.url
        assert await too_wide(page) == [], page.url

    await page.goto(f"{FEED}?lang={language}")
    await expect(page.get_by_text("Mars/Olympus Mons")).to_be_visible()
    await check()
    await page.locator("#feed").fill("http://a.example")
    await page.locator("#feed").press("Enter")
    await expect(page.locator("#problems")).to_be_focused()
    await check()
    await page.locator("form[action*=address] button").click()
    await expect(page.locator("#address")).to_contain_text("/calendars/")
    await check()


async def test_the_keyboard_alone_and_no_script(opened: Opened) -> None:
    page = await opened(java_script_enabled=False)
    await page.goto(FEED)
    await page.locator("#feed").focus()
    await page.keyboard.type("kalenterini")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#feed-wrong")).to_contain_text("Kirjoita koko osoite")
    await expect(page.locator("#feed")).to_have_value("kalenterini")
    await page.get_by_role("button", name="Poista yhteys kalenteriin").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Yhteys kalenteriin on poistettu")
    await page.get_by_role("button", name="Tee uusi salainen osoite").press("Enter")
    await expect(page.locator("#address")).to_contain_text("/calendars/")
    await page.get_by_role("link", name="Valmis").press("Enter")
    await page.wait_for_url(f"**{FEED}")
