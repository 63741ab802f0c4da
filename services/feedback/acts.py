"""Storing a vote."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from services.conversations.tables import activities
from services.errors import NotFound
from services.feedback.tables import answer_votes

VOTES = ("like", "dislike")


def vote(tx: Connection, conversation: str, activity: str, vote: str, now: datetime) -> None:
    """Keep `vote` (`like` or `dislike`) for an answer. Raises NotFound where the answer is not of this conversation."""
    owner, _, seq = activity.rpartition("|")
    if owner != conversation or not seq.isdigit() or len(seq) > 9 or vote not in VOTES:
        raise NotFound(activity)
    where: Any = (activities.c.conversation_id == conversation) & (activities.c.seq == int(seq))
    if not tx.execute(select(activities.c.seq).where(where)).first():
        raise NotFound(activity)
    mine: Any = (answer_votes.c.conversation_id == conversation) & (answer_votes.c.activity_id == activity)
    tx.execute(delete(answer_votes).where(mine))
    tx.execute(insert(answer_votes).values(conversation_id=conversation, activity_id=activity, vote=vote, at=now))
