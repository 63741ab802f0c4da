"""What the browser tests act with: the served product, a wire that can be cut, and the page in a citizen's words."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect
from served import SetClock

from bot.parts import Parts
from services.conversations.acts import DecidedTurn, activities_after, commit_turn


@dataclass(slots=True)
class Porina:
    """The served product."""

    parts: Parts
    time: SetClock
    port: int

    async def said(self, conversation: str) -> list[dict[str, Any]]:
        """What is stored of a conversation."""
        page = await self.parts.database.read(activities_after, conversation, 0)
        return [json.loads(body) for body in page.bodies]

    async def speak(self, conversation: str, *activities: dict[str, Any]) -> None:
        """Let the bot say something, whatever it is."""
        bot = {"type": "message", "from": {"id": "porina", "name": "Porina", "role": "bot"}, "locale": "fi"}
        turn = DecidedTurn(conversation, None, [{**bot, **activity} for activity in activities])
        self.parts.bell.ring(await self.parts.database.transaction(commit_turn, turn, self.time()))


class Wire:
    """A TCP proxy before the server. Cut, it drops all connections and takes no new ones; deaf, no answer comes back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._deaf = False
        self.port = 0
        self.heard = asyncio.Event()

    async def mend(self) -> None:
        self._deaf = False
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._open):
            writer.transport.abort()

    def deafen(self) -> None:
        """From now on requests arrive and answers do not; `heard` is set when one would have come back."""
        self._deaf = True
        self.heard.clear()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._to)
        self._open |= {writer, to_writer}
        await asyncio.gather(self._pump(reader, to_writer, False), self._pump(to_reader, writer, True))
        self._open -= {writer, to_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, back: bool) -> None:
        try:
            while data := await reader.read(65536):
                if back and self._deaf:
                    self.heard.set()
                else:
                    writer.write(data)
                    await writer.drain()
        except ConnectionError:
            pass
        writer.close()


class Chat:
    """The city page in a browser, in a citizen's words."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log")
        self.input = page.locator("#text")
        self.answers = page.locator(".message.bot")
        self.mine = page.locator(".message.mine")
        self.choices = page.locator(".choices button")
        self.connection = page.locator("#connection")

    async def ask(self, text: str) -> None:
        """Write, send, and wait for the answer."""
        before = await self.answers.count()
        await self.input.fill(text)
        await self.input.press("Enter")
        await self.answered(before)

    async def get_answer(self, question: str) -> None:
        """Ask, and where the bot asks back which of some it is, take the first: an answer with its facts."""
        await self.ask(question)
        if not await self.answers.last.locator(".card").count():
            await self.take_first_choice()
        await expect(self.answers.last.locator(".card")).to_be_visible()

    async def answered(self, before: int) -> None:
        await expect(self.answers.nth(before)).to_be_visible()

    async def choose(self, title: str) -> None:
        before = await self.answers.count()
        await self.page.locator(".choices").get_by_role("button", name=title).first.click()
        await self.answered(before)

    async def take_first_choice(self) -> None:
        before = await self.answers.count()
        await self.choices.first.click()
        await self.answered(before)

    async def conversation(self) -> str:
        return str(await self.page.evaluate("JSON.parse(sessionStorage.porina).conversation"))

    async def width(self) -> int:
        return int(await self.page.evaluate("document.scrollingElement.scrollWidth"))


CLOSES_S = 30
"""A page that is still loading can keep a browser from closing it, and no test's time limit covers that."""

QUESTION = {
    "fi": "Mist mä saan asukaspysäköintiluvan?",
    "sv": "Var får jag tillstånd för boendeparkering?",
    "en": "Where do I get a resident parking permit?",
}
OpenPage = Callable[..., Awaitable[Chat]]
