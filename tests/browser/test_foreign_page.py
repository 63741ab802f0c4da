"""Who writes another language: the notices, a question in Arabic, and the way to an interpreter."""

from playwright.async_api import expect
from stage import OpenPage

QUESTION = "كيف أسجل طفلي في روضة الأطفال في المدينة؟"
OPTION = "Book a time with an interpreter (العربية)"


async def test_the_notices_open_by_keyboard_and_have_their_directions(open_page: OpenPage) -> None:
    chat = await open_page("/fi", width=320, height=568)
    notice = chat.page.locator(".tongues [lang=ar]")
    await expect(notice).not_to_be_visible()
    await chat.page.locator(".tongues summary").press("Enter")
    await expect(notice).to_be_visible()
    assert await notice.evaluate("each => getComputedStyle(each).direction") == "rtl"
    assert await chat.width() <= 320


async def test_an_arabic_question_is_read_from_the_right_and_leads_to_an_interpreter(open_page: OpenPage) -> None:
    chat = await open_page("/fi", width=390, height=844)
    await chat.ask(QUESTION)
    assert await chat.mine.last.locator(".typed").evaluate("each => getComputedStyle(each).direction") == "rtl"
    languages = "each => [...each.querySelectorAll('.body > [lang]')].map(({ lang }) => lang)"
    assert await chat.answers.last.evaluate(languages) == ["ar", "en", "fi"]
    first = chat.answers.last.locator(".body > [lang=ar]")
    assert await first.evaluate("each => getComputedStyle(each).direction") == "rtl"
    await chat.choose(OPTION)
    await expect(chat.answers.last).to_contain_text("Interpreter: العربية (Arabic)")
    assert await chat.width() <= 390
