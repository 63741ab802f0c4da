"""A talk as a text file, for the citizen to keep (Act 306/2019, 6 a § 6): when, who, what; and that it was a bot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.channels.direct_line.callers import participant
from bot.locale import say, spoken
from bot.locale.dates import clock, full_day, on_day
from bot.parts import PARTS
from services.clock import local
from services.conversations.acts import Activity, activities_after

CARD = "application/vnd.microsoft.card.adaptive"

_LINK = re.compile(r"\[([^\[\]]+)\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~|])")


async def transcript(request: web.Request) -> web.Response:
    """The caller's conversation as text/plain, in the language `lang` asks for. Raises Refused, NotFound."""
    grant = await participant(request)
    parts = request.app[PARTS]
    activities: list[Activity] = []
    seq = 0
    while (read := await parts.database.read(activities_after, grant.conversation, seq)).bodies:
        activities += map(json.loads, read.bodies)
        seq = read.watermark
    text = as_text(activities, spoken(request.query.get("lang")), parts.clock())
    headers = {
        "Content-Disposition": f'attachment; filename="porina-{local(parts.clock()):%Y-%m-%d}.txt"',
        "Cache-Control": "no-store",
    }
    return web.Response(text=text, content_type="text/plain", charset="utf-8", headers=headers)


def as_text(activities: Sequence[Activity], language: str, now: datetime) -> str:
    """The messages among `activities` under a heading; a day is named when it begins."""
    lines = [
        say(language, "pages.transcript_title"),
        say(language, "pages.transcript_about"),
        say(language, "pages.transcript_saved", day=on_day(now, language), clock=clock(now, language)),
        "",
    ]
    messages = [activity for activity in activities if activity.get("type") == "message"]
    if not messages:
        lines.append(say(language, "pages.transcript_empty"))
    before = None
    for message in messages:
        at = datetime.fromisoformat(message["timestamp"])
        if local(at).date() != before:
            before = local(at).date()
            lines += [full_day(at, language), ""]
        mine = message.get("from", {}).get("role") == "user"
        who = say(language, "pages.chat_you" if mine else "pages.chat_bot")
        lines += [f"{clock(at, language)} {who}", *(f"  {line}" for line in _said(message, mine)), ""]
    return "\r\n".join(lines)


def _said(message: Activity, mine: bool) -> Iterator[str]:
    text = str(message.get("text") or "")
    yield from (text if mine else _plain(text)).splitlines()
    if not mine:
        for part in message.get("attachments") or ():
            if part.get("contentType") == CARD:
                yield from _card(part.get("content") or {})


def _card(content: dict[str, Any]) -> Iterator[str]:
    for block in content.get("body") or ():
        if block.get("type") == "TextBlock":
            yield from _plain(str(block.get("text") or "")).splitlines()
        if block.get("type") == "FactSet":
            yield from _rows((fact.get("title"), fact.get("value")) for fact in block.get("facts") or ())
    yield from _rows(
        (action.get("title"), action.get("url")) for action in content.get("actions") or () if "url" in action
    )


def _rows(pairs: Iterable[tuple[object, object]]) -> Iterator[str]:
    return (f"{title}: {_plain(str(value))}" for title, value in pairs)


def _plain(text: str) -> str:
    """Markdown without its marks; a link as its words with the address after them."""
    linked = _LINK.sub(lambda link: link[1] if link[1] in link[2] else f"{link[1]} ({link[2]})", text)
    return _ESCAPED.sub(r"\1", linked.replace("**", ""))
