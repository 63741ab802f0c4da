"""Errors of the command line: one line on stderr, 2 for wrong use or input, 1 for a failure."""

import sqlite3
from pathlib import Path

import pytest

from bot.cli import main


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    printed = capsys.readouterr()
    assert printed.out == ""
    return stopped.value.code, printed.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nosuch"],
        ["serve", "--port", "x"],
        ["ask"],
        ["ask", "hei", "--lang", "de"],
        ["ask", "\udcff"],
        ["ask", "hei", "--content", "/no/such/folder"],
        ["evaluate", "/no/such/file.jsonl"],
        ["content"],
        ["content", "check", "/no/such/folder"],
        ["db", "upgrade", "twice"],
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, line = told(arguments, capsys)
    assert code == 2
    assert line.count("\n") == 1
    assert "Traceback" not in line


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    code, line = told(["db", "upgrade", "--data", str(file)], capsys)
    assert (code, line) == (1, f"porina: {file}: File exists\n")


@pytest.mark.parametrize(
    "foreign", ["create table appointments (x)", "update alembic_version set version_num = 'later'"]
)
def test_a_foreign_or_later_database_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], foreign: str) -> None:
    if foreign.startswith("update"):
        main(["db", "upgrade", "--data", str(tmp_path)])
    connection = sqlite3.connect(tmp_path / "porina.db")
    with connection:
        connection.execute(foreign)
    connection.close()
    code, line = told(["db", "upgrade", "--data", str(tmp_path)], capsys)
    assert (code, line.count("\n")) == (2, 1)
    assert str(tmp_path / "porina.db") in line
