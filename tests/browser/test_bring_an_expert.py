"""Bringing an expert in real browsers: from the ring to the talk, two who accept at once, and nobody there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from meeting_stage import House, People, Room
from playwright.async_api import Browser, Page, expect
from stage import Porina
from test_looks import too_wide, violations

from services.accounts.rules import Role

PARKING, WORK = "pysakointi", "tyollisyys"
# Not the driver's click, which would wait for the button of who was told meanwhile that a colleague was faster.
PRESS = "document.getElementById('ring-accept').dispatchEvent(new MouseEvent('click', { detail: 1 }))"
ADVISER = {"fi": "pysäköintineuvoja", "sv": "parkeringsrådgivare", "en": "parking adviser"}
WARDEN = {"fi": "pysäköinninvalvoja", "sv": "parkeringsvakt", "en": "parking warden"}


@pytest_asyncio.fixture(loop_scope="session")
async def people(browser: Browser) -> AsyncIterator[People]:
    people = People(browser)
    yield people
    await people.go()
    assert people.wrong == []


async def agent(house: House, people: People, url: str, path: str = "/desk/bring", **options: object) -> Room:
    """Somebody of the service point, who has no unit's appointments but their own."""
    return await people.come(url, path, session=await house.session(Role.AGENT, ["asiakaspalvelu"]), **options)


async def expert(house: House, people: People, url: str, unit: str, title: dict[str, str]) -> Room:
    """Somebody of the unit whose desk is open, and who is known to be there."""
    came = await people.come(url, "/desk", session=await house.session(Role.EXPERT, [unit], **title))
    await expect(came.page.locator("#calls-state")).to_have_text("Kun asiakas tarvitsee asiantuntijaa, tämä sivu soi.")
    return came


async def call(who: Page, topic: str, language: str = "fi") -> None:
    await who.locator("#topic").select_option(topic)
    await who.locator("#place").select_option("yrjonkatu-6")
    await who.locator("#language").select_option(language)
    await who.get_by_role("button", name="Soita asiantuntijalle").click()


async def rung(who: Room) -> None:
    """It rings, and a key is enough to answer."""
    await expect(who.page.get_by_role("alertdialog", name="Asiakas tarvitsee asiantuntijaa")).to_be_visible()
    await expect(who.button("Vastaa")).to_be_focused()


async def raced(house: House, people: People, url: str) -> tuple[Room, Room, Room]:
    """Staff called, and two experts pressed at once: staff, who won, and who lost."""
    first = await expert(house, people, url, PARKING, ADVISER)
    second = await expert(house, people, url, PARKING, WARDEN)
    staff = await agent(house, people, url)
    await call(staff.page, PARKING)
    await expect(staff.page.get_by_role("heading", level=1)).to_have_text("Soitetaan asiantuntijalle")
    await asyncio.gather(rung(first), rung(second))
    await expect(first.page.locator("#ring-about")).to_contain_text("Pysäköinti")
    await expect(first.page.locator("#ring-about")).to_contain_text("Porina, Yrjönkatu 6")
    await expect(first.page).to_have_title(re.compile("Asiakas tarvitsee asiantuntijaa"))
    await asyncio.gather(*(each.page.evaluate(PRESS) for each in (first, second)))
    heading = staff.page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(re.compile("Soittoon vastasi (pysäköintineuvoja|pysäköinninvalvoja)"))
    won, lost = (first, second) if ADVISER["fi"] in await heading.inner_text() else (second, first)
    await expect(won.page).to_have_url(re.compile("/desk/meet/"))
    title = ADVISER["fi"] if won is first else WARDEN["fi"]
    await expect(lost.page.locator("#calls-news")).to_have_text(f"Soittoon ehti vastata {title}.")
    await expect(lost.page.get_by_role("alertdialog")).to_be_hidden()
    await expect(lost.page).to_have_url(re.compile("/desk$"))
    await expect(lost.page).to_have_title(re.compile("^Työpöytä"))
    return staff, won, lost


async def test_two_accept_at_once_and_one_has_the_call(house: House, url: str, people: People) -> None:
    staff, _, _ = await raced(house, people, url)
    await expect(staff.page.get_by_role("link", name="Mene tapaamiseen")).to_be_focused()


@pytest.mark.long
async def test_who_was_first_is_in_the_room_with_the_staff(house: House, url: str, filmed: People) -> None:
    staff, won, _ = await raced(house, filmed, url)
    await staff.page.get_by_role("link", name="Mene tapaamiseen").press("Enter")
    await asyncio.gather(staff.join(), won.join())
    assert all(await asyncio.gather(staff.sees_moving(1), won.sees_moving(1)))


async def test_nobody_is_there_and_a_time_is_booked(house: House, url: str, people: People) -> None:
    staff = await agent(house, people, url)
    await call(staff.page, WORK)
    await expect(staff.page.get_by_role("heading", level=1)).to_have_text("Kukaan ei päässyt nyt")
    time = staff.page.locator("#call .choice").first
    told = await time.inner_text()
    await time.click()
    await staff.page.get_by_label("Asiakkaan nimi").fill("Karhu")
    await staff.page.get_by_label("Esteetön kulku").check()
    await staff.page.get_by_role("button", name="Varaa aika").click()
    await expect(staff.page.get_by_role("heading", level=1)).to_have_text("Aika on varattu")
    await expect(staff.page.locator("#call")).to_contain_text(told.rpartition(" ")[2])
    address = await staff.page.locator(".secret").inner_text()
    citizen = await people.come(url, urlsplit(address).path)
    await expect(citizen.page.locator("#content")).to_contain_text("Karhu")


@pytest.mark.long
async def test_who_is_not_available_is_not_rung_and_declining_ends_the_call(
    house: House, url: str, people: People
) -> None:
    off = await expert(house, people, url, "maaseutu", ADVISER)
    on = await expert(house, people, url, "maaseutu", WARDEN)
    await off.page.get_by_label("Minulle saa soittaa").uncheck()
    await expect(off.page.locator("#calls-state")).to_have_text("Sinulle ei soiteta.")
    await off.page.reload()
    await expect(off.page.locator("#calls-state")).to_have_text("Sinulle ei soiteta.")
    staff = await agent(house, people, url)
    await call(staff.page, "maaseutu")
    await rung(on)
    await expect(off.page.get_by_role("alertdialog")).to_be_hidden()
    await on.page.keyboard.press("Escape")
    await expect(staff.page.get_by_role("heading", level=1)).to_have_text("Kukaan ei päässyt nyt")
    await expect(staff.page.locator("#call .choice").first).to_be_focused()
    await expect(on.page.get_by_role("alertdialog")).to_be_hidden()


@pytest.mark.long
async def test_a_ring_outlives_a_lost_line(house: House, url: str, people: People, porina: Porina) -> None:
    called = await expert(house, people, url, "koulut", ADVISER)
    staff = await agent(house, people, url)
    await call(staff.page, "koulut")
    await rung(called)
    await called.page.context.set_offline(True)
    await expect(called.page.get_by_role("alertdialog")).to_be_hidden()
    await expect(called.page.locator("#calls-state")).to_contain_text("Yhteys katkesi")
    await called.page.context.set_offline(False)
    await rung(called)
    await called.page.reload()
    await rung(called)
    porina.time.forward(seconds=46)
    await staff.page.reload()
    await expect(staff.page.get_by_role("heading", level=1)).to_have_text("Kukaan ei päässyt nyt")
    await expect(called.page.get_by_role("alertdialog")).to_be_hidden()
    await expect(called.page.locator("#calls-news")).to_have_text("Soitto päättyi.")


@pytest.mark.long
async def test_the_caller_needs_no_script(house: House, url: str, people: People) -> None:
    called = await expert(house, people, url, "joukkoliikenne", ADVISER)
    staff = await agent(house, people, url, java_script_enabled=False)
    await call(staff.page, "joukkoliikenne")
    await expect(staff.page.get_by_role("heading", level=1)).to_have_text("Soitetaan asiantuntijalle")
    await rung(called)
    await called.button("Vastaa").click()
    await expect(staff.page.get_by_role("link", name="Mene tapaamiseen")).to_be_visible()
    await staff.page.get_by_role("link", name="Mene tapaamiseen").click()
    await expect(staff.page).to_have_url(re.compile("/desk/meet/"))


@pytest.mark.parametrize(
    ("language", "scheme"),
    [("fi", "light"), ("sv", "light"), ("en", "dark")],
)
@pytest.mark.long
async def test_axe_finds_nothing_and_nothing_sticks_out(
    house: House, url: str, people: People, axe: str, language: str, scheme: str
) -> None:
    session = await house.session(Role.EXPERT, ["ymparisto"], **ADVISER)
    called = await people.come(url, f"/desk?lang={language}", session=session, width=320, color_scheme=scheme)
    await expect(called.page.locator("#calls")).to_be_visible()
    staff = await agent(house, people, url, f"/desk/bring?lang={language}", width=320, color_scheme=scheme)
    page = staff.page

    async def looks_well(page: Page) -> None:
        await page.evaluate(axe)
        assert await page.get_attribute("html", "lang") == language
        assert await violations(page) == []
        assert await too_wide(page) == []

    await looks_well(page)
    for topic in ("ymparisto", WORK):
        await page.goto(f"/desk/bring?lang={language}&topic={topic}")
        await page.locator("#content form .button").click()
        await expect(page.locator("#call")).to_be_visible()
        await looks_well(page)
        if topic == "ymparisto":
            await expect(called.page.locator("#ring")).to_be_visible()
            await looks_well(called.page)
            await called.page.locator("#ring-accept").click()
            await expect(page.locator("#call[data-state=accepted]")).to_be_visible()
            await looks_well(page)
    await page.locator("#call .choice").first.click()
    await page.locator("#content form .button").first.click()
    await expect(page.locator("#problems")).to_be_focused()
    await looks_well(page)
    await page.locator("#name").fill("Karhu")
    await page.locator("#content form .button").first.click()
    await expect(page.locator(".secret")).to_be_visible()
    await looks_well(page)
