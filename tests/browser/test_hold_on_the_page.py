"""The time that is kept for a citizen, on the page: a countdown that is seen, told twice, and can be made longer."""

import pytest
from playwright.async_api import expect
from stage import QUESTION, Chat, OpenPage, Porina
from test_looks import BOOK, too_wide, violations

SAID = {
    "fi": ("lisää aikaa", "vielä 5 min 0 s", "enää minuutin", "ei ole enää"),
    "sv": ("mer tid", "i 5 min 0 s", "bara en minut", "inte längre"),
    "en": ("more time", "for 5 min 0 s", "one more minute", "no longer"),
}


async def at_the_name(open_page: OpenPage, porina: Porina, language: str = "fi", **options: object) -> Chat:
    """A booking in which a time was chosen; the page's clock stands still, at another time than the server's."""
    chat = await open_page(f"/{language}", **options)
    await chat.page.clock.install(time=porina.time().timestamp() + 12345)
    await chat.page.clock.pause_at(porina.time().timestamp() + 12346)
    await chat.get_answer(QUESTION[language])
    await chat.ask(BOOK[language])
    for _ in ("place", "language", "needs", "day", "time"):
        await chat.take_first_choice()
    await expect(chat.page.locator("#hold")).to_be_visible()
    return chat


@pytest.mark.parametrize("language", ["fi", *(pytest.param(each, marks=pytest.mark.long) for each in ("sv", "en"))])
async def test_it_counts_down_is_told_twice_and_extended(
    open_page: OpenPage, porina: Porina, axe: str, language: str
) -> None:
    more, five_minutes, soon, over = SAID[language]
    chat = await at_the_name(open_page, porina, language, width=320, height=720)
    shown, told = chat.page.locator("#hold-left"), chat.page.locator("#hold-told")
    await expect(shown).to_contain_text(five_minutes)
    assert (await too_wide(chat.page), await chat.width() <= 320) == ([], True)
    await chat.page.clock.run_for(61_000)
    await expect(shown).to_contain_text("3 min 59 s")
    await expect(told).to_be_empty()
    await chat.page.clock.run_for(180_000)
    await expect(told).to_contain_text(soon)
    await chat.page.get_by_role("button", name=more).click()
    await expect(shown).to_contain_text(five_minutes)
    await expect(told).to_be_empty()
    await chat.page.clock.run_for(301_000)
    await expect(shown).to_contain_text(over)
    await expect(told).to_contain_text(over)
    await chat.page.evaluate(axe)
    await chat.page.clock.resume()
    assert await violations(chat.page) == []


async def test_it_goes_on_after_a_reload_and_goes_with_the_booking(open_page: OpenPage, porina: Porina) -> None:
    chat = await at_the_name(open_page, porina)
    await chat.page.clock.run_for(60_000)
    await chat.page.reload()
    await expect(chat.page.locator("#hold-left")).to_contain_text("vielä 4 min 0 s")
    await chat.choose("Keskeytä varaus")
    await expect(chat.page.locator("#hold")).not_to_be_visible()


async def test_without_motion_it_moves_by_ten_seconds(open_page: OpenPage, porina: Porina) -> None:
    chat = await at_the_name(open_page, porina, reduced_motion="reduce")
    await chat.page.clock.run_for(11_000)
    await expect(chat.page.locator("#hold-left")).to_contain_text("vielä 4 min 50 s")
