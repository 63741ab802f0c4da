"""A real server, a wire to it that can be cut, and Debian's chromium."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from databases import fresh
from meeting_stage import FLAGS, House, People
from needs import chromium_path
from playwright.async_api import Browser, async_playwright, expect
from served import SetClock, stocked
from stage import CLOSES_S, Chat, OpenPage, Porina, Wire

from bot.app import make_app
from bot.content_watch import deepen
from bot.parts import PARTS
from bot.settings import read_settings
from knowledge.meaning.sentences import Sentences

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests share one event loop, in which the server and the browser live."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield running
        await running.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def porina(tmp_path_factory: pytest.TempPathFactory, sentences: Sentences | None) -> AsyncIterator[Porina]:
    time = SetClock(MONDAY)
    data = tmp_path_factory.mktemp("data")
    model = "on" if sentences else "off"
    settings = read_settings({"PORINA_SENTENCE_MODEL": model, "PORINA_DATABASE_URL": fresh(data, stocked)})
    app = make_app(settings, data, time, sentences)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await deepen(app[PARTS])
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Porina(app[PARTS], time, runner.addresses[0][1])
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def wire(porina: Porina) -> AsyncIterator[Wire]:
    wire = Wire(porina.port)
    await wire.mend()
    yield wire
    await wire.cut()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, wire: Wire) -> AsyncIterator[OpenPage]:
    """Open the city page in a browser of its own; an error in its script, or a request elsewhere, fails the test."""
    contexts = []
    wrong: list[str] = []

    async def opened(path: str = "/fi", *, width: int = 1280, height: int = 860, **options: Any) -> Chat:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            base_url=f"http://127.0.0.1:{wire.port}",
            accept_downloads=True,
            **options,
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if "Security Policy" in message.text else None)
        page.on("request", lambda request: None if _ours(request.url) else wrong.append(request.url))
        await page.goto(path)
        chat = Chat(page)
        await chat.answered(0)
        return chat

    yield opened
    for context in contexts:
        await asyncio.wait_for(context.close(), CLOSES_S)
    assert wrong == []


def _ours(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "blob:http://127.0.0.1:", "data:"))


@pytest.fixture(scope="session")
def axe(npm: Path) -> str:
    """The source of axe-core."""
    return (npm / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def seeing() -> AsyncIterator[Browser]:
    """A browser with test cameras and a microphone, and leave to use them."""
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def filmed(seeing: Browser) -> AsyncIterator[People]:
    """People with a camera each; a fault in a script of theirs fails the test."""
    people = People(seeing)
    yield people
    await people.go()
    assert people.wrong == []


@pytest.fixture
def house(porina: Porina) -> House:
    return House(porina.parts.database.transaction, porina.time)


@pytest.fixture
def url(porina: Porina) -> str:
    return f"http://127.0.0.1:{porina.port}"
