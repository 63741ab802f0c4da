"""An expert's calendar in a real browser: read by every eye, and worked by keyboard alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from desks import appoint
from playwright.async_api import Browser, Page, expect
from sqlalchemy import Connection, select, update
from staff_stage import LOOKS, Opened, signed_in
from stage import Porina
from test_looks import too_wide, violations

from bot.appointments.offer import bookables
from services.accounts.acts import add
from services.accounts.rules import Role
from services.accounts.sessions import begin, resume
from services.appointments.records import token_of
from services.appointments.shifts import Shift
from services.appointments.supply import Supply
from services.appointments.supplying import Change, add_absence, save
from services.appointments.tables import appointments, experts
from services.ids import digest

UNIT = "visit_pori"
WEDNESDAY = datetime(2026, 12, 2, 7, 30, tzinfo=UTC)  # half past nine in Helsinki, and the first of its month
HOURS = (
    Shift(("mon", "tue", "wed", "thu", "fri"), "09:00", "11:30"),
    Shift(("wed",), "13:00", "14:30", nth=(1,), places=("lavia",)),
)
_numbers = iter(range(1, 1000))


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, porina: Porina) -> AsyncIterator[Opened]:
    """A page of an expert who has hours, a clinic, an absence and two appointments, one outside the hours."""
    act, now = porina.parts.database.transaction, porina.time()
    account, _ = await act(add, f"kalenteri-{next(_numbers)}", [Role.EXPERT], [UNIT], now, "command line")
    session = await act(begin, account, now, "password")
    actor = await porina.parts.database.read(resume, session, now)
    offer = Supply(("matkailu",), ("fi",), ("home", "lavia"), HOURS)

    def fill(tx: Connection) -> None:
        change = Change(actor, now)
        save(tx, account, offer, UNIT, Supply().mark, bookables(porina.parts.known.base), change)
        add_absence(tx, account, WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=1, hours=4), change)
        mine = tx.scalar(select(experts.c.id).where(experts.c.account_id == account))
        for start in (WEDNESDAY, WEDNESDAY + timedelta(hours=8)):
            booked = appoint(tx, start, unit=UNIT, topic="matkailu")
            token = digest(token_of(porina.parts.secret, booked))
            tx.execute(
                update(appointments).where(appointments.c.id == booked).values(expert_id=mine, token_digest=token)
            )

    await act(fill)
    async with signed_in(browser, porina, session) as open_page:
        yield open_page


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
async def test_axe_finds_nothing_and_nothing_sticks_out(opened: Opened, axe: str, language: str, scheme: str) -> None:
    page = await opened(320, 568, color_scheme=scheme)
    await page.goto(f"/desk/calendar?week=2026-12-02&lang={language}")
    await sound(page, axe, language)
    await page.locator("#hours-0").fill("11:15")
    await page.locator("#closes-0").fill("11:00")
    await page.locator("#save").click()
    await expect(page.locator("#problems")).to_be_visible()
    await sound(page, axe, language)
    await page.locator("#hours-0").fill("10:30")
    await page.locator("#closes-0").fill("11:30")
    await page.locator("#save").click()
    await expect(page.locator("#effects")).to_be_visible()
    await sound(page, axe, language)
    await page.locator("#hand").click()
    await expect(page.locator("#back")).to_be_visible()
    await sound(page, axe, language)


async def sound(page: Page, axe: str, language: str) -> None:
    assert await page.get_attribute("html", "lang") == language
    await page.evaluate(axe)
    assert await violations(page) == []
    assert await too_wide(page) == []


async def test_the_keyboard_alone_changes_hours_and_keeps_the_appointments(opened: Opened) -> None:
    page = await opened()
    await page.goto("/desk/calendar")
    await tab_to(page, "hours-0")
    await page.keyboard.type("1030")
    await page.keyboard.press("Enter")
    effects = page.locator("#effects")
    await expect(effects).to_be_focused()
    await expect(effects.locator("li")).to_have_count(1)
    await tab_to(page, "keep")
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Kalenteri on tallennettu.")).to_be_visible()
    assert await page.locator("#hours-0").input_value() == "10:30"
    await expect(page.get_by_text("kalenterin aikojen ulkopuolella")).to_have_count(2)


async def tab_to(page: Page, wanted: str) -> None:
    for _ in range(90):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == wanted:
            return
    raise AssertionError(f"{wanted} is not reached")
