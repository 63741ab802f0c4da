"""A citizen asks, chooses, tells whether it helped, saves the talk, starts over; by mouse and by keyboard."""

from pathlib import Path

import pytest
from playwright.async_api import expect
from stage import QUESTION, OpenPage, Porina


async def test_a_question_gets_an_answer_with_its_card(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.get_answer(QUESTION["fi"])
    answer = chat.answers.last
    await expect(answer.locator(".body > p").first).not_to_be_empty()
    await expect(answer.locator("dl.facts dt").first).to_be_visible()
    await expect(chat.mine.locator(".typed")).to_have_text(QUESTION["fi"])
    await expect(chat.page.locator(".who span").first).to_have_text("Porina, botti")
    await expect(chat.input).to_be_focused()
    await expect(chat.input).to_have_value("")


@pytest.mark.parametrize(("language", "bot"), [("fi", "botti"), ("sv", "bot"), ("en", "bot")])
async def test_each_language_has_its_page_and_its_answers(open_page: OpenPage, language: str, bot: str) -> None:
    chat = await open_page(f"/{language}")
    await chat.get_answer(QUESTION[language])
    assert await chat.page.get_attribute("html", "lang") == language
    assert await chat.answers.first.locator(".body").get_attribute("lang") == language
    assert await chat.answers.last.locator(".body").get_attribute("lang") == language
    await expect(chat.answers.first.locator(".who span")).to_have_text(f"Porina, {bot}")


async def test_the_front_page_follows_the_browser(open_page: OpenPage) -> None:
    chat = await open_page("/", locale="sv-FI")
    assert await chat.page.get_attribute("html", "lang") == "sv"


async def test_an_untouched_talk_follows_the_page_to_another_language(open_page: OpenPage) -> None:
    chat = await open_page("/fi")
    await chat.page.get_by_role("link", name="English").click()
    await expect(chat.answers).to_have_count(1)
    await expect(chat.answers.first.locator(".body")).to_have_attribute("lang", "en")


@pytest.mark.long
async def test_a_talk_goes_on_on_the_page_of_another_language(open_page: OpenPage) -> None:
    chat = await open_page("/fi")
    await chat.get_answer(QUESTION["fi"])
    await chat.page.get_by_role("link", name="Svenska").click()
    await expect(chat.mine).to_have_count(1)
    await expect(chat.page.locator(".mine .who span")).to_have_text("Du")
    await expect(chat.answers.last.locator(".body")).to_have_attribute("lang", "sv")  # the bot goes along


async def test_the_page_changes_its_language_in_the_middle_of_a_booking(open_page: OpenPage) -> None:
    chat = await open_page("/fi")
    await chat.ask("Haluan varata ajan rakennusvalvontaan")
    await chat.take_first_choice()
    before = await chat.answers.count()
    await chat.page.get_by_role("link", name="English").click()
    await expect(chat.answers).to_have_count(before + 2)
    await expect(chat.answers.last).to_contain_text("In which language?")  # the same question, not an answer to it
    await expect(chat.page.locator(".choices")).to_have_count(1)
    await chat.page.reload()
    await expect(chat.answers).to_have_count(before + 2)  # said once
    await chat.choose("English")
    await expect(chat.answers.last).to_contain_text("Do you need anything?")


async def test_a_choice_is_a_button_until_it_is_taken(open_page: OpenPage) -> None:
    chat = await open_page()
    choice = chat.choices.first
    title = await choice.inner_text()
    box = await choice.bounding_box()
    assert box is not None and box["height"] >= 44
    await chat.choose(title)
    await expect(chat.mine.last).to_contain_text(title)
    await expect(chat.answers.first.locator(".choices")).to_have_count(0)
    await expect(chat.input).to_be_focused()


async def test_by_keyboard_alone(open_page: OpenPage) -> None:
    chat = await open_page()
    press = chat.page.keyboard.press
    await press("Tab")
    await expect(chat.page.locator(".skip").first).to_be_focused()
    await press("Enter")
    await expect(chat.input).to_be_focused()
    await chat.page.keyboard.type("Moi")
    await press("Shift+Enter")
    await chat.page.keyboard.type("Haluan varata ajan")
    await press("Enter")
    await chat.answered(1)
    assert await chat.mine.locator(".typed").last.inner_text() == "Moi\nHaluan varata ajan"
    for _ in range(40):
        await press("Shift+Tab")
        if await chat.page.evaluate("document.activeElement.matches('.choices button')"):
            break
    taken = await chat.page.evaluate("document.activeElement.textContent")
    await press("Enter")
    await expect(chat.mine.last).to_contain_text(taken)
    await expect(chat.input).to_be_focused()


@pytest.mark.long
async def test_the_newest_answer_is_one_skip_away(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.get_answer(QUESTION["fi"])
    await chat.page.locator("#to-newest").focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.answers.last).to_be_focused()
    await expect(chat.answers.last.locator("time")).to_be_visible()


async def test_feedback_is_stored_and_thanked_for(open_page: OpenPage, porina: Porina) -> None:
    chat = await open_page()
    await chat.get_answer(QUESTION["fi"])
    await chat.page.locator(".feedback").get_by_role("button", name="Kyllä").click()
    await expect(chat.page.locator(".feedback")).to_have_text("Kiitos palautteesta.")
    await expect(chat.input).to_be_focused()
    await chat.ask("kiitos")  # stored after the reaction: the line sends in order
    stored = await porina.said(await chat.conversation())
    reaction = next(activity for activity in stored if activity["type"] == "messageReaction")
    answer = next(activity for activity in stored if activity["id"] == reaction["replyToId"])
    assert reaction["reactionsAdded"] == [{"type": "like"}]
    assert answer["channelData"]["porina"]["feedback"]
    await chat.page.reload()
    await expect(chat.page.locator(".feedback").first).to_have_text("Kiitos palautteesta.")


async def test_an_identity_code_leaves_the_screen_too(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.ask("Tunnus on 010190-900X, mitä siitä näkyy?")
    await expect(chat.mine.last).not_to_contain_text("010190-900X")
    await expect(chat.mine.last).to_contain_text("mitä siitä näkyy?")


@pytest.mark.long
async def test_what_is_too_long_is_kept_and_said_kindly(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.input.fill("ä" * 10_001)
    await chat.input.press("Enter")
    await expect(chat.page.locator("#note")).to_contain_text("10\N{NO-BREAK SPACE}001 merkkiä")
    await expect(chat.mine).to_have_count(0)
    await chat.ask("ä" * 10_000)
    await expect(chat.page.locator("#note")).to_be_hidden()


async def test_the_talk_is_saved_as_a_text(open_page: OpenPage, tmp_path: Path) -> None:
    chat = await open_page()
    await chat.get_answer(QUESTION["fi"])
    async with chat.page.expect_download() as download:
        await chat.page.get_by_role("button", name="Tallenna keskustelu").click()
    saved = await download.value
    assert saved.suggested_filename.startswith("porina-keskustelu-")
    await saved.save_as(tmp_path / "talk.txt")
    text = (tmp_path / "talk.txt").read_text("utf-8")
    assert "asiakaspalvelun botti" in text
    assert QUESTION["fi"] in text
    assert "Sinä" in text


@pytest.mark.long
async def test_start_over_asks_first(open_page: OpenPage) -> None:
    chat = await open_page()
    await chat.ask("Moi")
    first = await chat.conversation()
    await chat.page.get_by_role("button", name="Aloita alusta").click()
    await chat.page.get_by_role("button", name="Jatka tätä").click()
    await expect(chat.mine).to_have_count(1)
    await chat.page.get_by_role("button", name="Aloita alusta").click()
    await chat.page.get_by_role("button", name="Aloita uusi").click()
    await expect(chat.mine).to_have_count(0)
    await expect(chat.answers).to_have_count(1)
    assert await chat.conversation() != first


async def test_a_person_is_one_button_away(open_page: OpenPage) -> None:
    chat = await open_page()
    before = await chat.answers.count()
    await chat.page.get_by_role("button", name="Pyydä ihmistä").click()
    await chat.answered(before)
    await expect(chat.mine.last).to_contain_text("Haluan jutella ihmisen kanssa")


async def test_without_script_the_page_says_how_to_reach_us(open_page: OpenPage, browser, wire) -> None:
    context = await browser.new_context(java_script_enabled=False, base_url=f"http://127.0.0.1:{wire.port}")
    page = await context.new_page()
    await page.goto("/fi")
    shown = await page.locator("main").inner_text()
    assert "Keskustelu tarvitsee JavaScriptin" in shown
    assert "Yrjönkatu 6, 28100 Pori" in shown
    await expect(page.locator("#text")).to_be_hidden()
    await context.close()
