"""The comparison as a picture: by system, a dot for first and a ring for among the first three, with intervals.

Plain SVG: it follows the reader's colour scheme, stays small, and needs no library.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.benchmarks.matching.compare import Row
from tests.benchmarks.matching.table import Comparison

NAMES, PANEL, GAP = 200, 268, 40  # widths
TOP, ROW, BOTTOM = 60, 40, 58  # heights
APART = 8  # how far the dot stands above, and the ring below, the middle of its row
TICKS = (0, 25, 50, 75, 100)
KEY = {"hit1": "right one first", "hit3": "among the first three"}

STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #14202b; stroke: #fff; stroke-width: 4; paint-order: stroke; }
line, .ring { stroke-width: 1.5; }
.ground, .ring { fill: #fff; }
.strong { font-weight: 600; }
text.soft { fill: #51606d; }
line.soft { stroke: #dde3e8; stroke-width: 1; }
.peer { stroke: #51606d; }
.peer.dot { fill: #51606d; }
.ours { stroke: #00609f; }
.ours.dot { fill: #00609f; }
@media (prefers-color-scheme: dark) {
  text { fill: #e4eaef; stroke: #10181f; }
  .ground, .ring { fill: #10181f; }
  text.soft { fill: #a5b2bd; }
  line.soft { stroke: #2b3843; }
  .peer { stroke: #a5b2bd; }
  .peer.dot { fill: #a5b2bd; }
  .ours { stroke: #74bdf2; }
  .ours.dot { fill: #74bdf2; }
}
"""


def as_svg(comparisons: Sequence[Comparison]) -> str:
    """A panel for each comparison; systems stand in the order of the first."""
    order = comparisons[0].rows
    width, height = NAMES + len(comparisons) * (PANEL + GAP), TOP + len(order) * ROW + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>Share of questions whose right entry is first, and among the first three, by system</title>",
        f"<style>\n{STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}"/>',
        *(
            _text(NAMES - 12, _middle(place) + 4, row.name, "strong" if row.ours else "", "end")
            for place, row in enumerate(order)
        ),
    ]
    for number, comparison in enumerate(comparisons):
        rows = {row.name: row for row in comparison.rows}
        left = NAMES + number * (PANEL + GAP)
        parts += _panel(left, comparison, [rows[row.name] for row in order])
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(left: float, comparison: Comparison, rows: Sequence[Row]) -> list[str]:
    foot = TOP + len(rows) * ROW
    parts = [_text(left, 24, comparison.content, "strong"), _text(left, 42, comparison.size, "soft")]
    for tick in TICKS:
        x = left + tick / 100 * PANEL
        parts += [_line(x, TOP, x, foot, "soft"), _text(x, foot + 18, str(tick), "soft", "middle")]
    parts.append(_text(left + PANEL / 2, foot + 42, "% of the questions, with 95 % intervals", "soft", "middle"))
    for place, row in enumerate(rows):
        for metric, y in (("hit1", _middle(place) - APART), ("hit3", _middle(place) + APART)):
            parts += _mark(left, y, row, metric, KEY[metric] if place == 0 else "")
    return parts


def _mark(left: float, y: float, row: Row, metric: str, key: str) -> list[str]:
    """The interval as a line, the share on it, its number behind; in the first row what it is stands before."""
    kind = "ours" if row.ours else "peer"
    share = getattr(row.all, metric)
    low, middle, high = (left + each * PANEL for each in (row.interval(metric)[0], share, row.interval(metric)[1]))
    parts = [
        _line(low, y, high, y, kind),
        f'<circle class="{kind} {"dot" if metric == "hit1" else "ring"}" cx="{middle:.1f}" cy="{y}" r="4"/>',
        _text(high + 6, y + 4.5, f"{share * 100:.0f}", "strong" if row.ours else ""),
    ]
    return [*parts, _text(low - 6, y + 4.5, key, "soft", "end")] if key else parts


def _middle(place: int) -> float:
    return TOP + (place + 0.5) * ROW


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}"/>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
