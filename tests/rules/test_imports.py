"""Who may know what: imports go one way, and each library has its floor (the layout's table)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("services", "knowledge", "bot")
HOME = {
    "aiohttp": ("bot",),
    "botbuilder": ("bot",),
    "botframework": ("bot",),
    "jinja2": ("bot",),
    "babel": ("bot",),
    "jwt": ("bot",),
    "authlib": ("bot/oidc",),
    "joserfc": ("bot/oidc",),
    "gunicorn": ("bot/commands/workers.py",),
    "sqlalchemy": ("services",),
    "asyncpg": ("services",),
    "alembic": ("services",),
    "aiosmtplib": ("services",),
    "cronsim": ("services/jobs",),
    "icalendar": ("services",),
    "recurring_ical_events": ("services/appointments/feed_reading.py",),
    "argon2": ("services/accounts",),
    "zxcvbn": ("services/accounts",),
    "rapidfuzz": ("knowledge/matching",),
    "numpy": ("knowledge/matching", "knowledge/meaning", "knowledge/evaluate.py", "knowledge/figures.py"),
    "Stemmer": ("knowledge/matching",),
    "onnx": ("knowledge/meaning",),
    "onnxruntime": ("knowledge/meaning",),
    "yaml": ("knowledge", "bot/locale"),
}
ENVIRONMENT_HOME = "bot/settings.py"
TIME_HOME = "services/clock.py"


def sources() -> list[Path]:
    return [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def broken_imports(where: str, source: str) -> list[str]:
    """What `source` (a file at `where`, relative to the root) imports that it may not."""
    floor = FLOORS.index(where.split("/")[0])
    broken = []
    for module in imported(ast.parse(source)):
        top = module.split(".")[0]
        if top in FLOORS and FLOORS.index(top) > floor:
            broken.append(f"{where}: {module} is upward")
        if top in HOME and not any(where == home or where.startswith(home + "/") for home in HOME[top]):
            broken.append(f"{where}: {module} belongs in {HOME[top]}")
    return broken


def broken_reach(where: str, source: str) -> list[str]:
    """Uses of the environment or the time of day outside their one module."""
    broken = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Attribute):
            continue
        dotted = ast.unparse(node)
        if dotted in {"os.environ", "os.getenv"} and where != ENVIRONMENT_HOME:
            broken.append(f"{where}:{node.lineno}: {dotted}")
        clocks = ("datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time")
        if dotted.endswith(clocks) and where != TIME_HOME:
            broken.append(f"{where}:{node.lineno}: {dotted}")
    return broken


def test_imports_go_one_way_and_libraries_stay_on_their_floor() -> None:
    assert len(sources()) > 30
    broken = [
        line for path in sources() for line in broken_imports(str(path.relative_to(ROOT)), path.read_text("utf-8"))
    ]
    assert broken == []


def test_environment_and_time_have_one_home() -> None:
    broken = [line for path in sources() for line in broken_reach(str(path.relative_to(ROOT)), path.read_text("utf-8"))]
    assert broken == []


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("services/clock.py", "import knowledge.model"),
        ("knowledge/files.py", "from bot.locale import say"),
        ("knowledge/store.py", "from sqlalchemy import select"),
        ("services/ids.py", "import aiohttp.web"),
        ("bot/dialog/turn.py", "import rapidfuzz"),
    ],
)
def test_the_rule_sees_a_wrong_import(where: str, source: str) -> None:
    assert broken_imports(where, source)


@pytest.mark.parametrize("source", ["import os\nos.environ['A']", "datetime.now(UTC)", "datetime.date.today()"])
def test_the_rule_sees_a_wrong_reach(source: str) -> None:
    assert broken_reach("bot/turns.py", source)


def test_the_top_level_is_the_layout() -> None:
    allowed = {"bot", "knowledge", "services", "tests", "pyproject.toml", "README.md", "LICENSE", "constraints.txt"}
    made = {"var", "build", "porina.egg-info"}
    seen = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert seen - made <= allowed
