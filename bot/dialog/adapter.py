"""The one place that knows how botbuilder runs a turn. Nothing is sent here: replies are collected and committed later.

botbuilder's own (de)serialisation costs 300 µs a turn and drops fields it does not know; activities are therefore built
and dumped by hand, and the client's JSON is stored as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botbuilder.core import BotAdapter, ConversationState, Storage, TurnContext, UserState
from botbuilder.core.bot_state import CachedBotState
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
    MessageReaction,
    ResourceResponse,
    SuggestedActions,
)

from services.conversations.acts import Act, StateChange
from services.events.acts import Event

BOT = ChannelAccount(id="porina", name="Porina", role="bot")


@dataclass(slots=True)
class Outcome:
    """What a turn decided so far."""

    replies: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)


class Turn(TurnContext):  # type: ignore[misc]
    """botbuilder's TurnContext, with the time, the outcome, and a send that does not copy what was built to be sent."""

    def __init__(self, activity: Activity, now: datetime, *, masked: int = 0) -> None:
        super().__init__(ADAPTER, activity)
        self.now = now
        self.masked = masked
        self.outcome = Outcome()

    async def send_activities(self, activities: Sequence[Activity]) -> list[ResourceResponse]:
        """Collect the replies; each must be new, since none is copied (botbuilder's deepcopy costs 43 µs each)."""
        responses: list[ResourceResponse] = await self.adapter.send_activities(self, activities)
        self.responded = True
        return responses


class CommitLater(BotAdapter):  # type: ignore[misc]
    """Collects replies into the turn's outcome; sending is the commit's and the bell's business."""

    async def send_activities(self, context: Turn, activities: Sequence[Activity]) -> list[ResourceResponse]:
        context.outcome.replies.extend(dump(activity) for activity in activities)
        return [ResourceResponse() for _ in activities]

    async def update_activity(self, context: Turn, activity: Activity) -> None:
        raise TypeError("what was said stays said: activities are not updated")

    async def delete_activity(self, context: Turn, reference: ConversationReference) -> None:
        raise TypeError("what was said stays said: activities are not deleted")


ADAPTER = CommitLater()


class TurnStorage(Storage):  # type: ignore[misc]
    """botbuilder's Storage for one turn: reads what was read before it, keeps the writes for the turn's transaction.

    Optimistic locking: each write names the version it was read with, and the commit refuses a version that moved on.
    """

    def __init__(self, read: Mapping[str, tuple[dict[str, Any], int]]) -> None:
        self._read = read
        self.changes: list[StateChange] = []

    async def read(self, keys: list[str]) -> dict[str, Any]:
        return {key: dict(self._read[key][0]) for key in keys if key in self._read}  # botbuilder changes it in place

    async def write(self, changes: dict[str, Any]) -> None:
        for key, body in changes.items():
            self.changes.append(StateChange(key, body, self._read[key][1] if key in self._read else 0))

    async def delete(self, keys: list[str]) -> None:
        await self.write({key: {} for key in keys})


def state_keys(channel: str, conversation: str, user: str) -> tuple[str, str]:
    """The keys under which botbuilder's ConversationState and UserState keep their state."""
    return f"{channel}/conversations/{conversation}", f"{channel}/users/{user}"


class _Cached(CachedBotState):  # type: ignore[misc]
    """State is plain JSON here whose parts are replaced, never changed: compared as it is, in 1 µs where botbuilder's
    jsonpickle takes 100."""

    def __init__(self, state: dict[str, Any] | None) -> None:
        self.state = state if state is not None else {}
        self._before = dict(self.state)

    @property
    def is_changed(self) -> bool:
        return bool(self.state != self._before)

    def compute_hash(self, obj: object) -> str:
        """Nothing compares hashes here."""
        return ""


class _Plain:
    """BotState that caches its state as plain JSON."""

    async def load(self: Any, turn_context: TurnContext, force: bool = False) -> None:
        if force or self.get_cached_state(turn_context) is None:
            key = self.get_storage_key(turn_context)
            found = await self._storage.read([key])
            turn_context.turn_state[self._context_service_key] = _Cached(found.get(key))


class _Conversation(_Plain, ConversationState):  # type: ignore[misc]
    pass


class _User(_Plain, UserState):  # type: ignore[misc]
    pass


def states(storage: Storage) -> tuple[ConversationState, UserState]:
    """The states of a turn: what is remembered of the conversation, and of its user."""
    return _Conversation(storage), _User(storage)


def heard(body: Mapping[str, Any], conversation: str, user: str) -> Activity:
    """The Activity for a client's validated JSON: the fields the dialog looks at."""
    activity = Activity(
        type=body.get("type", ActivityTypes.message),
        text=body.get("text"),
        value=body.get("value"),
        name=body.get("name"),
        locale=body.get("locale"),
        reply_to_id=body.get("replyToId"),
        channel_id="directline",
        service_url="urn:porina",
        conversation=ConversationAccount(id=conversation),
        from_property=ChannelAccount(id=user, role="user"),
        recipient=BOT,
        attachments=[Attachment(content_type=part.get("contentType")) for part in body.get("attachments") or ()],
    )
    activity.reactions_added = [MessageReaction(type=part.get("type")) for part in body.get("reactionsAdded") or ()]
    activity.members_added = [ChannelAccount(id=part["id"]) for part in body.get("membersAdded") or ()]
    return activity


def dump(activity: Activity) -> dict[str, Any]:
    """The wire form of a reply: what a Direct Line client reads, and nothing empty."""
    body: dict[str, Any] = {
        "type": activity.type,
        "channelId": "directline",
        "from": {"id": BOT.id, "name": BOT.name, "role": BOT.role},
    }
    if activity.type == ActivityTypes.message:
        body["inputHint"] = activity.input_hint or "acceptingInput"
        body["textFormat"] = activity.text_format or "markdown"
    said = {
        "text": activity.text,
        "locale": activity.locale,
        "speak": activity.speak,
        "summary": activity.summary,
        "name": activity.name,
        "value": activity.value,
        "channelData": activity.channel_data,
    }
    body.update({key: value for key, value in said.items() if value is not None})
    if activity.attachments:
        body["attachments"] = [_attachment(part) for part in activity.attachments]
    if activity.suggested_actions:
        body["suggestedActions"] = _suggestions(activity.suggested_actions)
    return body


def _attachment(part: Attachment) -> dict[str, Any]:
    return {"contentType": part.content_type, "content": part.content}


def _suggestions(suggested: SuggestedActions) -> dict[str, Any]:
    return {
        "to": [],
        "actions": [
            {"type": action.type, "title": action.title, "value": action.value} for action in suggested.actions
        ],
    }
