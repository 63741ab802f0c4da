"""The knowledge base in the database: filled once from a folder, then the truth; folders are import and export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from knowledge.files import SHIPPED, read_folder, read_vocabulary
from knowledge.matching import Costs, Matcher, NotOurs
from knowledge.model import Agency, Entry, KnowledgeBase, Place, Topic, Unit, Vocabulary
from services.content.acts import all_items, replace_all, revision
from services.database import Database

_KINDS: dict[str, type[BaseModel]] = {
    "units": Unit,
    "entries": Entry,
    "topics": Topic,
    "places": Place,
    "agencies": Agency,
}


@dataclass(frozen=True, slots=True)
class Known:
    """The knowledge base at one revision with its index; immutable, swapped as a whole when content changes."""

    revision: int
    base: KnowledgeBase
    matcher: Matcher


def published(base: KnowledgeBase, today: date) -> KnowledgeBase:
    """`base` without what may not be shown on `today`: drafts and entries out of date (Act 306/2019, 6 a §)."""
    day = today.isoformat()
    shown = tuple(
        entry
        for entry in base.entries
        if entry.approved is not None and (entry.valid_from or "") <= day <= (entry.valid_to or "9999-12-31")
    )
    return KnowledgeBase(
        units=base.units,
        entries=shown,
        topics=base.topics,
        places=base.places,
        agencies=base.agencies,
        vocabulary=base.vocabulary,
    )


def know(base: KnowledgeBase, at_revision: int = 0, costs: Costs | None = None) -> Known:
    """`base` with its index by words; the built-in vocabulary applies where it has none of its own."""
    vocabulary = base.vocabulary or read_vocabulary(SHIPPED)
    return Known(at_revision, base, Matcher.build(base, vocabulary=vocabulary, not_ours=NotOurs.read(), costs=costs))


def know_changed(before: Known, base: KnowledgeBase, at_revision: int) -> Known:
    """The same as `know`, from what was known before: quick where few entries changed."""
    vocabulary = base.vocabulary or read_vocabulary(SHIPPED)
    return Known(at_revision, base, before.matcher.updated(base, vocabulary))


def is_empty(database: Database) -> bool:
    """Whether the database has never had content."""
    return database.read_now(revision) == 0


def save(database: Database, base: KnowledgeBase, now: datetime, *, by: str, source: str) -> int:
    """Make `base` the content of the database; the number of the new revision."""
    items: dict[str, list[dict[str, Any]]] = {
        kind: [item.model_dump(mode="json", by_alias=True, exclude_defaults=True) for item in getattr(base, kind)]
        for kind in _KINDS
    }
    if base.vocabulary is not None:
        items["vocabulary"] = [base.vocabulary.model_dump(mode="json")]
    return database.now(replace_all, items, now, by, source)


def load(database: Database) -> tuple[int, KnowledgeBase]:
    """The revision and the knowledge base in the database."""
    number, items = database.read_now(lambda tx: (revision(tx), all_items(tx)))
    parts: dict[str, Any] = {
        kind: tuple(model.model_validate(body) for body in items.get(kind, ())) for kind, model in _KINDS.items()
    }
    vocabulary = items.get("vocabulary")
    return number, KnowledgeBase(**parts, vocabulary=Vocabulary.model_validate(vocabulary[0]) if vocabulary else None)


def fill_if_empty(database: Database, now: datetime, folder: Path = SHIPPED) -> None:
    """Read the shipped content into a database that has none. Raises ContentErrors."""
    if is_empty(database):
        save(database, read_folder(folder), now, by="system", source=f"shipped content {folder.name}")
