"""A page of another origin with the stock Web Chat on it."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Page, expect
from served import BASE, Served

PAGE = """<!doctype html><html lang="fi"><title>test</title><div id="chat" style="height: 90vh"></div>
<script src="/webchat.js"></script>
<script>
  Math.random = () => 0; // the client waits 3 to 15 s before it reconnects; here always 3
  const directLine = window.WebChat.createDirectLine(OPTIONS);
  window.seen = [];
  directLine.activity$.subscribe(activity => window.seen.push(activity));
  window.directLine = directLine;
  window.WebChat.renderWebChat({ directLine, locale: 'fi-FI' }, document.getElementById('chat'));
</script></html>"""

_NOT_SENT = re.compile("epäonnistui|Lähetetään")


@dataclass
class Site:
    """Another site: its origin, and what its page holds."""

    origin: str = ""
    page: str = ""


@asynccontextmanager
async def another_site(npm: Path) -> AsyncIterator[Site]:
    """A site of another origin that can serve Web Chat."""
    site = Site()

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=site.page, content_type="text/html")

    async def script(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(npm / "botframework-webchat" / "dist" / "webchat.js")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/webchat.js", script)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield site
    finally:
        await runner.cleanup()


async def open_chat(browser: Browser, site: Site, served: Served) -> Page:
    """The site's page with a Web Chat that talks to `served`."""
    token = (await served.call("POST", BASE + "/tokens/generate"))["token"]
    options = {"domain": served.url + BASE, "token": token, "conversationStartProperties": {"locale": "fi-FI"}}
    site.page = PAGE.replace("OPTIONS", json.dumps(options))
    page = await browser.new_page()
    await page.goto(site.origin)
    return page


async def say(page: Page, text: str) -> None:
    await page.locator("[data-id='webchat-sendbox-input']").fill(text)
    await page.keyboard.press("Enter")


async def shown(page: Page, text: str) -> None:
    await expect(page.get_by_role("paragraph").filter(has_text=text)).to_be_visible(timeout=20_000)


async def all_sent(page: Page) -> None:
    """Nothing is said to be on its way or to have failed: each echo came."""
    await expect(page.locator(".webchat__activity-status")).not_to_have_count(0)
    await expect(page.locator(".webchat__activity-status").filter(has_text=_NOT_SENT)).to_have_count(0)


async def seen(page: Page) -> list[dict[str, Any]]:
    """What the client was given."""
    activities: list[dict[str, Any]] = await page.evaluate("window.seen")
    return activities


def numbers(activities: list[dict[str, Any]]) -> list[int]:
    return [int(activity["id"].rpartition("|")[2]) for activity in activities]
