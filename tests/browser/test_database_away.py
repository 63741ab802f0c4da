"""The database is away while a citizen writes: the page says so, keeps what was written, and goes on by itself."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from postgres import Cluster
from served import serving_product
from stage import Chat


@pytest.mark.long
async def test_a_citizen_waits_out_an_outage(browser: Browser, tmp_path: Path) -> None:
    server = await asyncio.to_thread(Cluster)
    context = None
    try:
        async with serving_product(tmp_path, database_url=server.create("porina")) as served:
            context = await browser.new_context(base_url=served.url)
            page = await context.new_page()
            await page.goto("/fi")
            chat = Chat(page)
            await chat.answered(0)
            await asyncio.to_thread(server.halt)
            await chat.input.fill("Moi")
            await chat.input.press("Enter")
            await expect(chat.connection).to_contain_text("Yhteys katkesi")
            await expect(chat.page.locator(".wait")).to_have_count(1)
            await asyncio.to_thread(server.start)
            await chat.answered(1)
            await expect(chat.page.locator(".wait")).to_have_count(0)
            await expect(chat.mine).to_have_count(1)
            await expect(chat.connection).to_be_hidden()
    finally:
        if context is not None:
            await context.close()
        await asyncio.to_thread(server.stop)
