"""The READMEs name only what is there: links, paths and functions; and every setting."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
FLOORS = ("bot", "knowledge", "services")
READMES = [ROOT / "README.md", *(ROOT / floor / "README.md" for floor in FLOORS)]
SUFFIXES = (".py", ".yaml", ".json", ".jsonl", ".md", ".html", ".css", ".js", ".toml", ".txt")

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TICKED = re.compile(r"`([^`]+)`")
PATH = re.compile(r"\.?\w[\w.-]*(/[\w.-]+)*/?")
CALL = re.compile(r"(?:\w+\.)*(\w+)\(\)")


def missing_links(text: str, folder: Path) -> list[str]:
    """The relative links of a README in `folder` that lead nowhere."""
    relative = [link for link in LINK.findall(text) if "://" not in link and link[0] != "#"]
    return [link for link in relative if not (folder / link.split("#")[0]).exists()]


def missing_paths(text: str, folder: Path) -> list[str]:
    """What stands in back-ticks, looks like a file or folder of ours, and is neither in `folder` nor at the root."""
    return [
        path
        for path in TICKED.findall(FENCED.sub("", text))
        if PATH.fullmatch(path)
        and _looks_like_ours(path, folder)
        and not any((base / path).exists() for base in (folder, ROOT))
    ]


def _looks_like_ours(path: str, folder: Path) -> bool:
    """A suffix of ours, or a way through a folder that is there: `application/json` is none, nor what running makes."""
    begins_here = any((base / path.split("/")[0]).is_dir() for base in (folder, ROOT)) and not path.startswith("var/")
    return path.endswith((*SUFFIXES, "/")) or ("/" in path and begins_here)


def missing_functions(text: str) -> list[str]:
    """What stands in back-ticks as `name()` and is defined nowhere in the three floors."""
    called = [match[1] for ticked in TICKED.findall(FENCED.sub("", text)) if (match := CALL.fullmatch(ticked))]
    return [name for name in called if name not in defined()]


@cache
def defined() -> set[str]:
    return {
        node.name
        for floor in FLOORS
        for path in (ROOT / floor).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def missing_settings(text: str) -> list[str]:
    """The settings that are not named, PORINA_CONFIG among them."""
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", text))
    return sorted({f"{PREFIX}{name.upper()}" for name in (*Settings.model_fields, "config")} - named)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_readme_names_only_what_is_there(readme: Path) -> None:
    text = readme.read_text("utf-8")
    assert missing_links(text, readme.parent) == []
    assert missing_paths(text, readme.parent) == []
    assert missing_functions(text) == []


def test_every_setting_is_named_and_no_other() -> None:
    text = (ROOT / "bot/README.md").read_text("utf-8")
    assert missing_settings(text) == []
    for name in re.findall(rf"{PREFIX}([A-Z_]+)", text):
        assert name == "CONFIG" or name.lower() in Settings.model_fields, name


def test_the_rules_see_what_is_missing() -> None:
    here = ROOT / "bot"
    assert missing_links("[a](../services/README.md) [b](nowhere.md) [c](https://pori.fi)", here) == ["nowhere.md"]
    assert missing_paths("`turns.py` `dialog/turn.py` `knowledge/model.py` `application/json` `/fi`", here) == []
    gone = ["no.py", "dialog/no", "nodir/"]
    assert missing_paths(" ".join(f"`{path}`" for path in gone), here) == gone
    assert missing_functions("`Turns.take()` `take()` `no_such()`") == ["no_such"]
    assert "PORINA_CONFIG" in missing_settings("PORINA_PUBLIC_URL")
    assert "PORINA_PUBLIC_URL" not in missing_settings("PORINA_PUBLIC_URL")
