"""The only builder of activities: text in Markdown, facts as one card with a plain-text fallback, choices, our marks.

`channelData.porina.kind` tells our own page what a message is; stock clients need none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from botbuilder.schema import Activity, ActivityTypes, Attachment, CardAction, SuggestedActions

from bot.dialog.facts import Facts
from knowledge.model import Language

Kind = Literal[
    "greeting", "answer", "clarify", "unknown", "smalltalk", "safety", "booking", "confirmed", "notice", "help"
]

_TAGS: Mapping[Language, str] = MappingProxyType({"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"})

CARD = "application/vnd.microsoft.card.adaptive"

_MARKUP = re.compile(r"\*\*|\[([^\]]*)\]\([^)]*\)")


def reply(
    language: Language,
    kind: Kind,
    text: str,
    *,
    choices: Sequence[str] = (),
    facts: Facts | None = None,
    entry: str | None = None,
    feedback: bool = False,
    main: bool = False,
    spoken: Sequence[str] = (),
    held: str | None = None,
) -> Activity:
    """A new message. `choices` are the words a citizen would type; `main`: the first of them is what the talk came for.

    `feedback`: ask whether the answer helped. `spoken`: the languages of the first paragraphs, where they differ.
    `held`: until when a time is kept for the citizen (RFC 3339), for a countdown.
    """
    porina: dict[str, Any] = {"kind": kind, "feedback": feedback}
    if entry is not None:
        porina["entry"] = entry
    if main:
        porina["main"] = True
    if spoken:
        porina["spoken"] = list(spoken)
    if held is not None:
        porina["hold"] = {"until": held}
    return Activity(
        type=ActivityTypes.message,
        text=text,
        locale=_TAGS[language],
        summary=_plain(text, facts),
        attachments=[Attachment(content_type=CARD, content=_card(facts))] if facts else None,
        suggested_actions=_suggested(choices) if choices else None,
        channel_data={"porina": porina},
    )


def _suggested(choices: Sequence[str]) -> SuggestedActions:
    return SuggestedActions(actions=[CardAction(type="imBack", title=each, value=each) for each in choices])


def _card(facts: Facts) -> dict[str, Any]:
    body: list[dict[str, Any]] = [{"type": "TextBlock", "text": facts.title, "weight": "Bolder", "wrap": True}]
    if facts.rows:
        rows = [{"title": label, "value": value} for label, value in facts.rows]
        body.append({"type": "FactSet", "facts": rows})
    body += [
        {"type": "TextBlock", "text": note, "size": "Small", "isSubtle": True, "wrap": True} for note in facts.notes
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.3",
        "body": body,
        "fallbackText": "\n".join([facts.title, *facts.lines(), *facts.notes]),
    }
    if facts.links:
        card["actions"] = [{"type": "Action.OpenUrl", "title": title, "url": url} for title, url in facts.links]
    return card


def _plain(text: str, facts: Facts | None) -> str:
    """The message without marks, for clients that show neither Markdown nor cards."""
    plain = _MARKUP.sub(lambda found: found[1] or "", text)
    return "\n".join([plain, "", facts.title, *facts.lines()]) if facts else plain
