"""The stock Web Chat 4.18.1, unmodified, in a real browser and on a page of another origin."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page
from served import BASE, Served, serving
from webchat import all_sent, another_site, numbers, open_chat, say, seen, shown

pytestmark = pytest.mark.timeout(600)  # the first test may have to install the npm packages

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture
async def chat(npm: Path, chromium: Browser, tmp_path: Path) -> AsyncIterator[tuple[Served, Page]]:
    """Web Chat on its page, connected; the greeting has come."""
    async with another_site(npm) as site, serving(tmp_path, allowed_origins=site.origin) as served:
        page = await open_chat(chromium, site, served)
        await shown(page, "hello fi-FI")
        yield served, page


async def test_question_answer_choice_and_file(chat: tuple[Served, Page]) -> None:
    served, page = chat
    await page.get_by_role("toolbar").get_by_role("button", name="Pysäköinti").click()
    await shown(page, "1: Pysäköinti")
    await say(page, "Missä?")
    await shown(page, "2: Missä?")
    activities = await seen(page)
    assert numbers(activities) == [1, 2, 3, 4, 5]
    echo, answer = activities[3:]
    assert answer["replyToId"] == echo["id"]
    assert echo["channelData"]["clientActivityID"]
    await all_sent(page)

    await page.evaluate(
        """png => window.directLine.postActivity({
            type: 'message', from: { id: 'me' }, text: 'Kuva',
            attachments: [{ contentType: 'image/png', name: 'a.png', contentUrl: 'data:image/png;base64,' + png }]
        }).subscribe()""",
        PNG,
    )
    await shown(page, "3: Kuva")
    (attachment,) = (await seen(page))[5]["attachments"]
    assert (attachment["contentType"], attachment["name"]) == ("image/png", "a.png")
    assert (await served.ask("GET", attachment["contentUrl"])).status == 200


@pytest.mark.long
async def test_a_dropped_line_loses_and_doubles_nothing(chat: tuple[Served, Page]) -> None:
    served, page = chat
    talk = served.talk((await seen(page))[0]["conversation"]["id"])
    await say(page, "before")
    await shown(page, "1: before")
    assert served.drop()
    for number in range(3):
        await talk.say(f"away {number}")
    await shown(page, "4: away 2")
    await say(page, "after")
    await shown(page, "5: after")
    assert numbers(await seen(page)) == numbers((await talk.read())["activities"]) == list(range(1, 12))
    await all_sent(page)


async def test_a_page_that_is_not_allowed_gets_nothing(npm: Path, chromium: Browser, tmp_path: Path) -> None:
    async with another_site(npm) as site, serving(tmp_path) as served:
        site.page = "<!doctype html><title>foreign</title>"
        page = await chromium.new_page()
        await page.goto(site.origin)
        outcome = "url => fetch(url, { method: 'POST' }).then(() => 'read', () => 'refused')"
        assert await page.evaluate(outcome, f"{served.url}{BASE}/tokens/generate") == "refused"
        talk = await served.open()
        opened = """url => new Promise(done => {
            const socket = new WebSocket(url);
            socket.onopen = () => done('open');
            socket.onerror = () => done('refused');
        })"""
        assert await page.evaluate(opened, talk.stream_url) == "refused"
