"""`porina ask`: one question, the same path as the chat."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.cli import WrongUse
from bot.commands.reader import reader
from knowledge.files import SHIPPED, read_folder
from knowledge.matching import Candidate, Found
from knowledge.model import KnowledgeBase


def ask(text: str, language: str | None, content: Path | None, *, as_json: bool, explain: bool = False) -> None:
    """Print what the product makes of `text`. Raises WrongUse, ContentErrors."""
    if any("\ud800" <= character <= "\udfff" for character in text):  # how Python passes on bytes that are no UTF-8
        raise WrongUse("TEXT is not UTF-8")
    base = read_folder(content or SHIPPED)
    with reader(base) as read:
        found = read(text, language)
    if as_json:
        sys.stdout.write(json.dumps(as_document(found, explain=explain), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(as_text(found, base, explain=explain))


def as_document(found: Found, *, explain: bool = False) -> dict[str, Any]:
    """The JSON of the contract; with `explain`, each candidate's evidence and the way of reading besides."""
    document: dict[str, Any] = {
        "text": found.text,
        "language": found.language,
        "decision": found.decision,
        "ours": round(found.ours, 4),
        "candidates": [_candidate(candidate, explain=explain) for candidate in found.candidates],
        "needs": [as_document(need, explain=explain) for need in found.needs],
    }
    return document | {"way": found.way, "elsewhere": found.elsewhere} if explain else document


def _candidate(candidate: Candidate, *, explain: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "entry": candidate.entry,
        "title": candidate.title,
        "score": round(candidate.score, 4),
        "unit": candidate.unit,
    }
    if explain:
        document["words"] = [asdict(reason) for reason in candidate.reasons]
        document["meaning"] = asdict(candidate.sense) if candidate.sense else None
        document["counted"] = candidate.counted
    return document


def as_text(found: Found, base: KnowledgeBase, *, explain: bool = False) -> str:
    lines = [f"{found.decision} ({found.language}, ours {found.ours:.2f}, by {found.way})"]
    for candidate in found.candidates:
        unit = base.unit(candidate.unit).name.in_(found.language)
        lines.append(f"  {candidate.score:.2f}  {candidate.entry}  {candidate.title} · {unit}")
        if explain:
            lines += [f"        {line}" for line in _explained(candidate)]
    if found.decision == "answer" and found.candidates:
        lines += ["", base.entry(found.candidates[0].entry).answer.in_(found.language)]
    for need in found.needs:
        lines += ["", f"need: {need.text}", as_text(need, base, explain=explain).rstrip()]
    return "\n".join(lines) + "\n"


def _explained(candidate: Candidate) -> list[str]:
    """Which words met which, the nearest text, and what each feature put between this entry and the average one."""
    met = ", ".join(f"{each.word} → {each.met} {each.share:.0%}" for each in candidate.reasons)
    lines = [f"words: {met}"] if met else []
    if candidate.sense:
        lines.append(f"meaning: “{candidate.sense.text}” {candidate.sense.likeness:.2f}")
    return [*lines, "counted: " + ", ".join(f"{name} {value:+.2f}" for name, value in candidate.counted.items())]
