"""A citizen's appointment in a real browser: read by every eye, worked by keyboard alone, and a hold that can be kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update
from staff_stage import LOOKS
from stage import CLOSES_S, Porina
from test_looks import too_wide, violations

from services.appointments.tables import appointments

Opened = Callable[..., Awaitable[Page]]
FAR = {"topic": "ymparisto", "from": "2026-12-14T00:00:00Z", "to": "2026-12-31T00:00:00Z"}


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, porina: Porina) -> AsyncIterator[Opened]:
    """A citizen's page; a fault in a script, or one that the policy stops, fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    async def open_page(width: int = 1280, height: int = 860, **options: Any) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height}, base_url=f"http://127.0.0.1:{porina.port}", **options
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", lambda message: wrong.append(message.text) if "Policy" in message.text else None)
        return await context.new_page()

    yield open_page
    for context in contexts:
        await asyncio.wait_for(context.close(), CLOSES_S)
    assert wrong == []


async def book(page: Page, place: str = "yrjonkatu-6", **other: Any) -> str:
    """The path of a new appointment with all there is to tell."""
    free = await page.request.get("/api/v1/availability", params={**FAR, "place": place})
    slot = (await free.json())["slots"][0]
    wish = {
        **{key: slot[key] for key in ("topic", "place")},
        "slot": slot["id"],
        "language": "fi",
        "name": "Karhu",
        "email": "karhu@example.fi",
        "interpreter": "ru",
        "needs": ["step_free", "hearing_loop", "papers", "support_person", "identification"],
        **other,
    }
    answer = await page.request.post("/api/v1/appointments", data=wish)
    return "/appointments/" + (await answer.json())["token"]


async def put(porina: Porina, **values: Any) -> None:
    """Change every appointment of the tests' topic."""
    rows = update(appointments).where(appointments.c.topic == FAR["topic"]).values(**values)
    await porina.parts.database.transaction(lambda tx: tx.execute(rows))


async def hold(page: Page, here: str) -> None:
    """On to the confirmation of the same expert's first free time."""
    await page.goto(f"{here}/again?lang=fi")
    await page.locator("button[name=slot]").first.click()
    await page.wait_for_url("**/again/*")


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
async def test_axe_finds_nothing_and_nothing_sticks_out(
    porina: Porina, opened: Opened, axe: str, language: str, scheme: str
) -> None:
    page = await opened(320, 568, color_scheme=scheme)
    here = await book(page)
    slot = await (await page.goto(f"{here}/move")).text()  # type: ignore[union-attr]
    one = slot.partition('name="slot" value="')[2].partition('"')[0]

    async def looks_right() -> None:
        assert await page.get_attribute("html", "lang") == language
        await page.evaluate(axe)
        assert await violations(page) == [], page.url
        assert await too_wide(page) == [], page.url

    for path in (here, f"{here}/move", f"{here}/move?slot={one}", f"{here}/cancel", f"{here}/again", "/appointments"):
        await page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        await looks_right()
    await hold(page, here)
    await page.goto(f"{page.url.partition('?')[0]}?lang={language}")
    await looks_right()
    for state in ("displaced", "phone", "cancelled"):
        await put(porina, state=state)
        await page.goto(f"{here}?lang={language}")
        await looks_right()


async def press_on(page: Page, name: str) -> None:
    """Tab to what has this text, and press it."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == name:
            break
    else:
        raise AssertionError(f"no way to {name!r} by keyboard")
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def test_the_keyboard_alone_books_another_time(opened: Opened) -> None:
    page = await opened()
    here = await book(page)
    await page.goto(here)
    await press_on(page, "Varaa toinen aika samalle asiantuntijalle")
    await press_on(page, await page.locator("button[name=slot]").first.inner_text())
    await press_on(page, "Tarvitsen lisää aikaa")
    await press_on(page, "Varaa tämä aika")
    await expect(page.get_by_role("status")).to_contain_text("Aika on varattu.")
    assert here not in page.url


async def test_how_long_a_time_is_kept_is_told_and_can_be_made_longer(porina: Porina, opened: Opened) -> None:
    page = await opened()
    await page.clock.install(time=porina.time())
    await hold(page, await book(page))
    left, soon = page.get_by_role("timer"), page.locator("#soon")
    await expect(left).to_have_text("Jäljellä 5 min 0 s")
    await page.clock.fast_forward(61_000)
    await expect(left).to_have_text("Jäljellä 3 min 59 s")
    await expect(soon).to_be_empty()
    await page.clock.fast_forward(180_000)
    await expect(soon).to_have_text("Aikaa on alle minuutti. Voit pyytää lisää.")
    await page.get_by_role("button", name="Tarvitsen lisää aikaa").click()
    await expect(left).to_have_text("Jäljellä 5 min 0 s")
    await page.clock.fast_forward(301_000)
    await expect(left).to_have_text("Jäljellä 0 min 0 s")
    await expect(soon).to_contain_text("Voit silti varata sen")
    await page.get_by_role("button", name="Varaa tämä aika").click()
    await expect(page.get_by_role("status")).to_contain_text("Aika on varattu.")


@pytest.mark.long
async def test_without_a_script(opened: Opened) -> None:
    page = await opened(java_script_enabled=False)
    here = await book(page, place="home")
    await hold(page, here)
    await expect(page.get_by_role("heading", name="Aika on sinulla klo")).to_be_visible()
    await expect(page.get_by_role("timer")).to_be_hidden()
    await page.get_by_role("button", name="Valitse toinen aika").click()
    await page.locator("button[name=slot]").nth(1).click()
    await page.get_by_role("button", name="Varaa tämä aika").click()
    await expect(page.get_by_role("status")).to_contain_text("Aika on varattu.")
