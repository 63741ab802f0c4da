"""What the stock clients need: Node with the packages of tests/npm, chromium, and a server to talk to."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from needs import chromium_path
from playwright.async_api import Browser, async_playwright


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = chromium_path()
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        await browser.close()


class DirectLineJs:
    """The stock client in its own process: wishes in, events out."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.events: list[dict[str, Any]] = []

    @property
    def activities(self) -> list[dict[str, Any]]:
        return [event["activity"] for event in self.events if "activity" in event]

    @property
    def statuses(self) -> list[str]:
        return [event["status"] for event in self.events if "status" in event]

    def wish(self, **wish: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wish).encode() + b"\n")

    def say(self, text: str, client_id: str) -> None:
        activity = {"type": "message", "text": text, "from": {"id": "me"}, "locale": "fi-FI"}
        self.wish(post={**activity, "channelData": {"clientActivityID": client_id}})

    async def until(self, done: Callable[[dict[str, Any]], object], seconds: float = 20) -> dict[str, Any]:
        """The next event for which `done` is true."""
        assert self._process.stdout is not None
        async with asyncio.timeout(seconds):
            while line := await self._process.stdout.readline():
                self.events.append(json.loads(line))
                if done(self.events[-1]):
                    return self.events[-1]
        raise AssertionError(f"the client ended: {self.events}")

    async def until_heard(self, text: str) -> dict[str, Any]:
        event = await self.until(lambda event: text in event.get("activity", {}).get("text", ""))
        return event["activity"]


@pytest.fixture
async def directlinejs(npm: Path) -> AsyncIterator[Callable[..., Any]]:
    """Starts the stock client with its own options."""
    processes: list[asyncio.subprocess.Process] = []

    async def start(**options: Any) -> DirectLineJs:
        process = await asyncio.create_subprocess_exec(
            "node",
            str(Path(__file__).with_name("client.cjs")),
            json.dumps(options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "NODE_PATH": str(npm)},
        )
        processes.append(process)
        return DirectLineJs(process)

    yield start
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
