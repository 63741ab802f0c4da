"""What the page weighs before the first message."""

import gzip

from playwright.async_api import Response
from stage import OpenPage, Wire

LIMIT = 30_000
FONT_LIMIT = 40_000


async def test_the_page_is_light(browser, wire: Wire) -> None:
    context = await browser.new_context(base_url=f"http://127.0.0.1:{wire.port}")
    page = await context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    await page.goto("/fi")
    await page.locator(".message.bot").first.wait_for()
    weight, fonts = 0, 0
    for answer in answers:
        kind = answer.request.resource_type
        if kind == "font":
            fonts += len(await answer.body())
        if kind in {"document", "stylesheet", "script"} or answer.url.endswith((".js", ".css")):
            assert answer.headers["content-encoding"] in {"gzip", "deflate"}, answer.url
            weight += len(gzip.compress(await answer.body(), 9))
    await context.close()
    kinds = {answer.request.resource_type for answer in answers}
    assert {"document", "stylesheet", "script", "font"} <= kinds
    assert 5_000 < weight <= LIMIT
    assert 5_000 < fonts <= FONT_LIMIT


async def test_files_are_cached_by_their_content(open_page: OpenPage) -> None:
    chat = await open_page()
    urls = await chat.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    files = [url for url in urls if "/static/" in url]
    assert len(files) >= 6
    for url in files:
        answer = await chat.page.request.get(url)
        assert "immutable" in answer.headers["cache-control"]
    changed = await chat.page.request.get(files[0] + "x")
    assert changed.status == 404
