"""`porina ask` answers whatever it is asked, of whatever content it is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main

ENTRY = """
- id: valo
  unit: katu
  title: {fi: Katuvalon vika, sv: Fel i gatubelysningen, en: Broken street light}
  answer: {fi: Ilmoita., sv: Anmäl., en: Report.}
  owner: katu
  review_by: '2030-01-01'
  source: koe
  checked: '2026-01-01'
"""
UNIT = """
- id: katu
  name: {fi: Kadut, sv: Gator, en: Streets}
  organisation: Porin kaupunki
"""
AWKWARD = {
    "empty": "",
    "ten thousand characters": "Mistä saan luvan? " * 560,
    "one letter": "k" * 10_000,
    "emoji": "🎉👍🏽🇫🇮👨‍👩‍👧",
    "another script": "где можно припарковаться",
    "control": "\x01\x1b[31m\x7f",
    "bidirectional": "\u202eluvan\u202c \u2066x",
    "line ends": "a\r\nb\u2028c",
}


def folder(at: Path, *, units: str, entries: str) -> Path:
    (at / "entries").mkdir()
    (at / "units.yaml").write_text(units, "utf-8")
    (at / "entries" / "all.yaml").write_text(entries, "utf-8")
    (at / "vocabulary.yaml").write_text("{}", "utf-8")  # else the shipped one is read, and that takes longer
    return at


def asked(text: str, content: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main(["ask", text, "--json", "--content", str(content)])
    printed = capsys.readouterr()
    assert printed.err == ""
    reading: dict[str, Any] = json.loads(printed.out)
    return reading


@pytest.mark.parametrize("name", AWKWARD)
def test_any_text_gets_a_reading(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading = asked(AWKWARD[name], folder(tmp_path, units=UNIT, entries=ENTRY), capsys)
    assert reading["text"] == AWKWARD[name]
    assert reading["decision"] in ("answer", "clarify", "unknown")


def test_content_without_entries_finds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading = asked("katuvalon vika", folder(tmp_path, units="[]", entries="[]"), capsys)
    assert (reading["decision"], reading["candidates"], reading["needs"]) == ("unknown", [], [])


def test_an_entry_without_phrasings_is_found_by_its_title(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading = asked("katuvalon vika", folder(tmp_path, units=UNIT, entries=ENTRY), capsys)
    assert [each["entry"] for each in reading["candidates"]] == ["valo"]


def test_a_folder_with_nothing_in_it_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["ask", "katuvalon vika", "--content", str(tmp_path)])
    assert stopped.value.code == 2
    assert "units.yaml" in capsys.readouterr().err
