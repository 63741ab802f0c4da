"""`porina evaluate`: labelled queries through the matcher, and the metrics of the contract."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from bot.cli import WrongUse
from bot.commands.reader import reader
from knowledge.evaluate import Report, evaluate, read_queries
from knowledge.files import SHIPPED, read_folder


def evaluate_file(file: Path, content: Path | None, errors: Path | None, *, as_json: bool) -> None:
    """Print the metrics of `file`; write what went wrong to `errors`. Raises WrongUse, ContentErrors."""
    try:
        queries = read_queries(file)
    except (OSError, ValueError) as error:
        raise WrongUse(str(error)) from error
    with reader(read_folder(content or SHIPPED)) as read:
        report = evaluate(queries, lambda text: read(text, None))
    if errors is not None:
        rows = (json.dumps(row, ensure_ascii=False) + "\n" for row in report.errors)
        errors.write_text("".join(rows), "utf-8")
    sys.stdout.write(json.dumps(report.document(), ensure_ascii=False) + "\n" if as_json else as_text(report))


def as_text(report: Report) -> str:
    """The figures with their 95 % intervals, by language and tag, how far scores can be believed, and the time."""
    lines = [f"{'':18} {'all':>6}  95 %"]
    for name, value in asdict(report.all).items():
        if not isinstance(value, dict):
            low, high = report.intervals.get(name, (None, None))
            lines.append(
                f"{name:18} {_number(value):>6}" + (f"  {_number(low)}–{_number(high)}" if low is not None else "")
            )
    lines += ["", f"{'':18} {'n':>5} {'hit1':>6} {'hit3':>6} {'answered':>9} {'right':>6} {'false':>6}"]
    for name, metrics in (*report.by_lang.items(), *report.by_tag.items()):
        numbers = (metrics.hit1, metrics.hit3, metrics.answered, metrics.answered_right, metrics.false_answer_rate)
        one, three, answered, right, false = map(_number, numbers)
        lines.append(f"{name:18} {metrics.n:5} {one:>6} {three:>6} {answered:>9} {right:>6} {false:>6}")
    lines += ["", "score said, share right (and how many):"]
    lines += [
        f"  {each.score:.2f}  {each.right:.2f}  {'█' * round(40 * each.right)} ({each.n})"
        for each in report.calibration
    ]
    ways = ", ".join(f"{way} {count}" for way, count in report.ways.items())
    times = ", ".join(f"{name} {value or 0:.0f}" for name, value in report.all.us_per_query.items())
    return (
        "\n".join([*lines, "", f"read by: {ways}", f"µs a query: {times}", f"went wrong: {len(report.errors)}"]) + "\n"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"
