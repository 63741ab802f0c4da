"""Errors of the command line: one line on stderr, 2 for wrong use or input, 1 for a failure."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from databases import fresh
from sqlalchemy import make_url

from bot.cli import main
from services.database import Database
from services.migrations import upgrade


def untouched(_database: Database) -> None:
    """Nothing is in it yet."""


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
    ("made", "foreign"),
    [
        (untouched, "create table appointments (x integer)"),
        (upgrade, "update alembic_version set version_num = 'later'"),
    ],
    ids=["foreign", "later"],
)
def test_a_foreign_or_later_database_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    made: Callable[[Database], object],
    foreign: str,
) -> None:
    url = fresh(tmp_path, made)
    with closing(Database(url)) as database:
        database.now(lambda tx: tx.exec_driver_sql(foreign))
    monkeypatch.setenv("PORINA_DATABASE_URL", url)
    code, line = told(["db", "upgrade", "--data", str(tmp_path)], capsys)
    assert (code, line.count("\n")) == (2, 1)
    assert str(make_url(url).database) in line


def test_the_database_is_a_file_in_the_data_folder_unless_another_is_named(tmp_path: Path) -> None:
    main(["db", "upgrade", "--data", str(tmp_path)])
    assert (tmp_path / "porina.db").read_bytes().startswith(b"SQLite format 3")
