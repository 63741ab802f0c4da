"""A citizen who talks with the bot: the real dialog, matcher, content and database, without HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from databases import plain
from sqlalchemy import text as sql

from bot.dialog.turn import Porina, Surroundings
from bot.settings import Settings
from bot.turns import Turns
from knowledge.files import SHIPPED, read_folder
from knowledge.store import Known, know, published
from services.bell import Bell
from services.conversations.acts import Incoming, activities_after
from services.database import Database
from services.errors import SlotTaken
from services.privacy.masking import mask_text

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)  # a Tuesday, ten in Helsinki
SECRET = "a secret of the installation"

BOOKINGS = {
    "fi": ("varaa aika", "Pysäköinti", "lavialla", "suomeksi", "ei mitään", "perjantaina", "klo 9", "Mysteeri", "m@example.org", "Vahvista varaus"),
    "sv": ("boka tid", "Parkering", "hemma", "engelska", "nej tack", "på fredag", "kl 9", "Meri", "m@example.org", "Bekräfta bokningen"),
    "en": ("book a time", "Parking", "at home", "English", "nothing", "on Friday", "at 9", "Bo", "m@example.org", "Confirm the booking"),
}  # fmt: skip


@cache
def known() -> Known:
    return know(published(read_folder(SHIPPED), NOW.date()))


class Citizen:
    """Says things in a conversation of their own, and hears what the bot says to each."""

    def __init__(self, talk: str, turns: Turns, database: Database) -> None:
        self.talk = talk
        self._turns = turns
        self._database = database
        self._seen = 0

    async def arrive(self, locale: str = "fi-FI") -> list[dict[str, Any]]:
        await self._turns.start(self.talk, f"user of {self.talk}", locale)
        return await self._hear()

    async def say(self, text: str) -> list[dict[str, Any]]:
        masked, count = mask_text(text)
        return await self.send({"type": "message", "text": masked}, masked=count)

    async def send(self, body: dict[str, Any], *, masked: int = 0) -> list[dict[str, Any]]:
        user = f"user of {self.talk}"
        await self._turns.take(self.talk, user, Incoming({**body, "from": {"id": user}}), masked=masked)
        return await self._hear()

    async def walk(self, *texts: str) -> dict[str, Any]:
        """Say one after the other; the last reply to the last."""
        replies: list[dict[str, Any]] = []
        for text in texts:
            replies = await self.say(text)
        return replies[-1]

    async def _hear(self) -> list[dict[str, Any]]:
        page = await self._database.read(activities_after, self.talk, self._seen)
        self._seen = page.watermark
        return [body for body in map(json.loads, page.bodies) if body["from"].get("role") == "bot"]


class House:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.refusals: list[SlotTaken | None] = []
        around = Surroundings(known(), database, Settings(), SECRET)

        def dialog(storage: Any, refused: SlotTaken | None) -> Porina:
            self.refusals.append(refused)
            return Porina(storage, refused, around)

        self.turns = Turns(database, Bell(), lambda: self.now, dialog, lambda: None)

    def citizen(self, talk: str = "talk") -> Citizen:
        return Citizen(talk, self.turns, self.database)

    def rows(self, query: str) -> list[Any]:
        return self.database.now(lambda tx: plain(tx.execute(sql(query))))

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [
            {**row._asdict(), "data": json.loads(row.data)}
            for row in self.rows(f"SELECT * FROM events WHERE kind = '{kind}' ORDER BY id")
        ]


def kind(reply: dict[str, Any]) -> str:
    return str(reply["channelData"]["porina"]["kind"])


def kinds(replies: list[dict[str, Any]]) -> list[str]:
    return [kind(reply) for reply in replies]


def entry(reply: dict[str, Any]) -> str | None:
    found: str | None = reply["channelData"]["porina"].get("entry")
    return found


def choices(reply: dict[str, Any]) -> list[str]:
    return [action["value"] for action in reply.get("suggestedActions", {}).get("actions", [])]
