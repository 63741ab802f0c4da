"""`porina ask`: one question, the same path as the chat."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bot.cli import WrongUse
from bot.dialog.understand import reading
from knowledge.files import SHIPPED, read_folder
from knowledge.matching import Found
from knowledge.model import KnowledgeBase
from knowledge.store import know


def ask(text: str, language: str | None, content: Path | None, *, as_json: bool) -> None:
    """Print what the product makes of `text`. Raises WrongUse, ContentErrors."""
    if any("\ud800" <= character <= "\udfff" for character in text):  # how Python passes on bytes that are no UTF-8
        raise WrongUse("TEXT is not UTF-8")
    base = read_folder(content or SHIPPED)
    found = reading(text, know(base).matcher, hint=language)
    if as_json:
        sys.stdout.write(json.dumps(as_document(found), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(as_text(found, base))


def as_document(found: Found) -> dict[str, Any]:
    """The JSON of the contract."""
    return {
        "text": found.text,
        "language": found.language,
        "decision": found.decision,
        "ours": round(found.ours, 4),
        "candidates": [
            {
                "entry": candidate.entry,
                "title": candidate.title,
                "score": round(candidate.score, 4),
                "unit": candidate.unit,
            }
            for candidate in found.candidates
        ],
        "needs": [as_document(need) for need in found.needs],
    }


def as_text(found: Found, base: KnowledgeBase) -> str:
    lines = [f"{found.decision} ({found.language}, ours {found.ours:.2f})"]
    for candidate in found.candidates:
        unit = base.unit(candidate.unit).name.in_(found.language)
        lines.append(f"  {candidate.score:.2f}  {candidate.entry}  {candidate.title} · {unit}")
    if found.decision == "answer" and found.candidates:
        lines += ["", base.entry(found.candidates[0].entry).answer.in_(found.language)]
    for need in found.needs:
        lines += ["", f"need: {need.text}", as_text(need, base).rstrip()]
    return "\n".join(lines) + "\n"
