"""`porina evaluate`: labelled queries through the matcher, and the metrics of the contract."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.cli import WrongUse
from bot.dialog.understand import reading
from knowledge.evaluate import evaluate, read_queries
from knowledge.files import SHIPPED, read_folder
from knowledge.store import know


def evaluate_file(file: Path, content: Path | None, errors: Path | None, *, as_json: bool) -> None:
    """Print the metrics of `file`; write what went wrong to `errors`. Raises WrongUse, ContentErrors."""
    try:
        queries = read_queries(file)
    except (OSError, ValueError) as error:
        raise WrongUse(str(error)) from error
    matcher = know(read_folder(content or SHIPPED)).matcher
    report = evaluate(queries, lambda text: reading(text, matcher))
    if errors is not None:
        rows = (json.dumps(row, ensure_ascii=False) + "\n" for row in report.errors)
        errors.write_text("".join(rows), "utf-8")
    document = report.document()
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    else:
        for name, value in document.items():
            if not isinstance(value, dict) or name == "us_per_query":
                sys.stdout.write(f"{name:18} {json.dumps(value)}\n")
