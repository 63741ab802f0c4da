"""The log: one JSON document a line, on stderr. No personal data: no addresses, no query strings, no texts of people.

Values from outside are JSON-escaped, so a line feed in a message forges no entry. Of exceptions only the type and the
places are told, since their messages may quote what a citizen wrote; of other libraries' records only the template.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import PurePath
from traceback import extract_tb
from typing import Any, TextIO

OURS = "porina"


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "event", …fields given as extra={"fields": {…}}}`."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.split(".")[0] == OURS
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage() if ours else str(record.msg),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line.update(fault(record.exc_info[1]))
        return json.dumps(line)


def fault(error: BaseException) -> dict[str, Any]:
    """What may be told of an exception: its type and where it came from, innermost first."""
    frames = [
        f"{'/'.join(PurePath(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}"
        for frame in extract_tb(error.__traceback__)[:-9:-1]
    ]
    return {"error": type(error).__name__, "where": frames}


def start_logging(stream: TextIO | None = None) -> None:
    """Send our records from INFO on, and others' warnings, to `stream` (stderr), and nothing anywhere else."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)
    # Faults of ours are caught and told by bot/web/middleware.py; what aiohttp has left to tell is what strangers
    # send that is not HTTP, with a traceback each.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
