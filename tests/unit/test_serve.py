"""`porina serve --workers N`: what is refused, before anything is made."""

from pathlib import Path

import pytest

from bot.cli import main

SQLITE = "porina: --workers 2: SQLite serves one process, set PORINA_DATABASE_URL to a PostgreSQL\n"


@pytest.mark.parametrize(
    ("count", "url", "line"),
    [
        ("0", "", "porina: --workers 0: at least 1\n"),
        ("-3", "postgresql+asyncpg://porina@127.0.0.1/porina", "porina: --workers -3: at least 1\n"),
        ("2", "", SQLITE),
        ("2", "sqlite:////tmp/porina.db", SQLITE),
        ("two", "", "porina serve: argument --workers: invalid int value: 'two'\n"),
    ],
)
def test_workers_that_cannot_be(
    count: str,
    url: str,
    line: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PORINA_DATABASE_URL", url)
    with pytest.raises(SystemExit) as stopped:
        main(["serve", "--workers", count, "--data", str(tmp_path / "data")])
    assert stopped.value.code == 2
    assert tuple(capsys.readouterr()) == ("", line)
    assert not (tmp_path / "data").exists()
