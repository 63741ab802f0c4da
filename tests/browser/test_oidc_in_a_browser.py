"""Signing in by a real provider in a real browser: the button, the provider's forms, and back."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from provider import RealProvider, real_provider, serving_staff
from served import Served

from bot.web.sessions import SESSION
from services.accounts.records import people

pytestmark = pytest.mark.timeout(600)  # the first test may have to install the npm packages


@pytest_asyncio.fixture(loop_scope="session")
async def provider(npm: Path) -> AsyncIterator[RealProvider]:
    async with real_provider(npm) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def served(provider: RealProvider, tmp_path: Path) -> AsyncIterator[Served]:
    async with serving_staff(tmp_path, **provider.settings) as running:
        await provider.begin(running.url)
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, served: Served) -> AsyncIterator[Page]:
    context = await browser.new_context(base_url=served.url, locale="fi-FI")
    opened = await context.new_page()
    opened.set_default_timeout(15_000)
    yield opened
    await context.close()


async def test_the_button_the_provider_and_back_and_what_the_groups_say_next_time(
    page: Page, served: Served, provider: RealProvider, axe: str
) -> None:
    await provider.put_in_groups(neuvoja=["neuvojat"])
    await page.goto("/units?lang=en")
    await page.get_by_role("button", name="Testitunnus").click()
    await page.get_by_role("link", name="Cancel").click()
    await expect(page.get_by_role("alert")).to_contain_text("stopped at Testitunnus")

    await page.get_by_role("button", name="Try again").click()
    await page.get_by_placeholder("Enter any login").fill("neuvoja")
    await page.get_by_placeholder("and password").fill("any")
    await page.get_by_role("button", name="Sign-in").click()
    await page.get_by_role("button", name="Continue").click()
    await expect(page).to_have_url(f"{served.url}/units?lang=en")
    (account,) = await served.parts.database.read(people)
    assert account.roles == {"agent"}
    ours = {cookie["name"] for cookie in await page.context.cookies(served.url) if cookie["name"].startswith("__Host-")}
    assert ours == {SESSION}

    await provider.put_in_groups()
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("button", name="Testitunnus").click()
    await expect(page.get_by_role("alert")).to_contain_text("no role in Porina")
    (account,) = await served.parts.database.read(people)
    assert account.roles == set()
    await page.evaluate(axe)
    assert [violation["id"] for violation in (await page.evaluate("axe.run()"))["violations"]] == []
    await page.goto("/account")
    await expect(page).to_have_url(re.compile("/sign-in"))
