"""Pages of somebody who is signed in, and in which looks they are seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from stage import CLOSES_S, Porina

from bot.web.sessions import SESSION

Opened = Callable[..., Awaitable[Page]]

LOOKS = (
    ("fi", "light"),
    pytest.param("sv", "light", marks=pytest.mark.long),
    pytest.param("en", "light", marks=pytest.mark.long),
    pytest.param("fi", "dark", marks=pytest.mark.long),
)
"""Language and colour scheme."""


def session_cookie(session: str) -> Any:
    """The cookie with the token of a session."""
    where = {"domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True, "sameSite": "Lax"}
    return {"name": SESSION, "value": session, **where}


@asynccontextmanager
async def signed_in(browser: Browser, porina: Porina, session: str) -> AsyncIterator[Opened]:
    """Opens pages; a fault in a script, or one that the policy stops, fails the test."""
    contexts = []
    wrong: list[str] = []

    async def open_page(width: int = 1280, height: int = 860, **options: Any) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            base_url=f"http://127.0.0.1:{porina.port}",
            **{"locale": "fi-FI", **options},
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", lambda message: wrong.append(message.text) if "Policy" in message.text else None)
        await context.add_cookies([session_cookie(session)])
        return await context.new_page()

    yield open_page
    for context in contexts:
        await asyncio.wait_for(context.close(), CLOSES_S)
    assert wrong == []
