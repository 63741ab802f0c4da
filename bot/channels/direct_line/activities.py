"""A client's activity on its way in: well-formed, normalised, masked, and with what a client may not decide set by us.

Unknown fields and types are accepted and kept (Activity schema A2005, A2006). What is not kept: `contentUrl` and
`thumbnailUrl` of attachments. Nothing behind an address is ever fetched, and nobody who reads the conversation later
shall be made to fetch it; files come by upload only.
"""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.channels.direct_line.tokens import Grant
from bot.web.body import parse_json
from bot.web.refusals import Refused
from services.conversations.acts import Activity, Incoming
from services.ids import digest
from services.privacy.masking import mask

MOST_CHARACTERS = 256 * 1024
DEEPEST = 40
LONG = 32 * 1024
LONGEST_CLIENT_ID = 128

# Said in passing or meant for the channel itself: taken, but neither stored nor answered.
NOT_KEPT = frozenset({"typing", "conversationUpdate", "contactRelationUpdate", "endOfConversation"})

_TEXTS = (
    "text",
    "name",
    "locale",
    "textFormat",
    "replyToId",
    "id",
    "timestamp",
    "localTimestamp",
    "channelId",
    "speak",
)
_LISTS = ("attachments", "entities", "reactionsAdded", "reactionsRemoved", "membersAdded", "membersRemoved")
_OBJECTS = ("from", "recipient", "conversation")
_OURS = ("id", "timestamp", "conversation", "recipient", "serviceUrl")
_CONTENT = ("type", "text", "name", "value", "attachments")


@dataclass(frozen=True, slots=True)
class Received:
    """An activity ready for its turn. `masked`: how many identity codes were taken out of it."""

    incoming: Incoming
    masked: int


async def received(raw: bytes, grant: Grant, files: Sequence[str] = ()) -> Received:
    """The activity in `raw` (JSON as posted) checked and made ready; `files` identify what was uploaded with it.

    Raises Refused (400, 413). A long one is worked on in a thread, so that nobody else waits.
    """
    if len(raw) > LONG:
        return await asyncio.to_thread(_received, raw, grant, files)
    return _received(raw, grant, files)


def _received(raw: bytes, grant: Grant, files: Sequence[str]) -> Received:
    body = parse_json(raw, most=MOST_CHARACTERS)
    _check(body)
    activity, masked = mask(_normal(body))
    for name in _OURS:
        activity.pop(name, None)
    activity["channelId"] = "directline"
    activity["from"] = {**(activity.get("from") or {}), "id": grant.user, "role": "user"}
    if activity.get("attachments"):
        activity["attachments"] = [_without_addresses(part) for part in activity["attachments"]]
    content = [[activity.get(name) for name in _CONTENT], list(files)]
    incoming = Incoming(activity, _client_id(activity), digest(json.dumps(content, sort_keys=True)))
    return Received(incoming, masked)


def _check(body: Any) -> None:
    """The types that the rest of the way relies on. Raises Refused (400)."""
    if not isinstance(body, dict):
        _malformed("an activity is an object")
    if not isinstance(body.get("type"), str) or not body["type"]:
        raise Refused(400, "MissingProperty", "`type` must be a text")
    for name in _TEXTS:
        if not isinstance(body.get(name), str | None):
            _malformed(f"`{name}` must be a text")
    for name in _OBJECTS:
        if not isinstance(body.get(name), dict | None):
            _malformed(f"`{name}` must be an object")
    for name in _LISTS:
        if not isinstance(body.get(name), list | None):
            _malformed(f"`{name}` must be a list")
        for part in body.get(name) or ():
            if not isinstance(part, dict) or not all(
                isinstance(part.get(key), str | None) for key in ("type", "contentType", "name", "id")
            ):
                _malformed(f"`{name}` must be a list of objects with texts for `type`, `contentType`, `name`, `id`")


def _normal(value: Any, depth: int = 0) -> Any:
    """`value` with texts in NFC. Raises Refused (400) for what is no text, or nested too deep."""
    if depth > DEEPEST:
        _malformed(f"nested more than {DEEPEST} deep")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_normal(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_text(key): _normal(item, depth + 1) for key, item in value.items()}
    return value


def _text(text: str) -> str:
    if "\0" in text:
        _malformed("a text holds a NUL")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        _malformed("a text holds half a surrogate pair")
    return unicodedata.normalize("NFC", text)


def _without_addresses(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in ("contentUrl", "thumbnailUrl")}


def _client_id(activity: Activity) -> str | None:
    data = activity.get("channelData")
    given = data.get("clientActivityID") if isinstance(data, dict) else None
    if not isinstance(given, str) or not given:
        return None
    return given if len(given) <= LONGEST_CLIENT_ID else digest(given)


def _malformed(message: str) -> NoReturn:
    raise Refused(400, "MalformedActivity", message)
