"""The whole product through the stock clients: the answer arrives with its content, as a reply to the question."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from served import BASE, Served, serving_product
from webchat import all_sent, another_site, numbers, open_chat, say, seen, shown

pytestmark = pytest.mark.timeout(600)  # the first test may have to install the npm packages

QUESTION = "Mist mä saan asukaspysäköintiluvan?"
ANSWER = "kuukausiluvan"


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving_product(tmp_path) as running:
        yield running


def is_the_answer(activity: dict) -> bool:
    return ANSWER in activity.get("text", "") and activity["from"]["role"] == "bot"


async def test_directlinejs_is_answered(product: Served, directlinejs: Callable) -> None:
    token = (await product.call("POST", BASE + "/tokens/generate"))["token"]
    options = {"locale": "fi-FI"}
    client = await directlinejs(domain=product.url + BASE, token=token, conversationStartProperties=options)
    greeting = await client.until_heard("Porina")
    assert greeting["suggestedActions"]["actions"]
    client.say(QUESTION, "c1")
    event = await client.until(lambda event: is_the_answer(event.get("activity", {"from": {"role": ""}})))
    echo = next(activity for activity in client.activities if activity.get("text") == QUESTION)
    assert event["activity"]["replyToId"] == echo["id"]
    assert numbers(client.activities) == list(range(1, len(client.activities) + 1))


async def test_webchat_shows_the_answer(npm: Path, chromium: Browser, tmp_path: Path) -> None:
    async with another_site(npm) as site, serving_product(tmp_path, allowed_origins=site.origin) as product:
        page = await open_chat(chromium, site, product)
        await shown(page, "Moi! Olen Porina")
        chosen = (await seen(page))[0]["suggestedActions"]["actions"][0]["title"]
        await page.get_by_role("toolbar").get_by_role("button", name=chosen).click()
        await answered(page, chosen)
        await say(page, QUESTION)
        answer = await answered(page, QUESTION)
        assert is_the_answer(answer)
        await expect(page.get_by_role("article").filter(has_text=ANSWER).last).to_be_visible()
        activities = await seen(page)
        assert numbers(activities) == list(range(1, len(activities) + 1))
        await all_sent(page)


async def answered(page: Page, text: str) -> dict[str, Any]:
    """The bot's first reply to `text`."""
    reply = """text => {
        const echo = window.seen.find(activity => activity.text === text);
        return echo && window.seen.find(activity => activity.replyToId === echo.id);
    }"""
    found: dict[str, Any] = await (await page.wait_for_function(reply, arg=text, timeout=20_000)).json_value()
    return found
