"""What all tests stand on: each has a database of its own, and a server of theirs never outlives them."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from databases import POSTGRESQL, alone, cluster, everything, fresh, let_go, rows

from services.database import Database

TESTS = Path(__file__).parents[1]
made: list[Database] = []


def one_word(database: Database) -> None:
    made.append(database)
    database.now(lambda tx: tx.exec_driver_sql("CREATE TABLE words (word VARCHAR(20))"))
    database.now(lambda tx: tx.exec_driver_sql("INSERT INTO words VALUES ('first')"))


def test_each_folder_has_a_copy_of_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    one, other = (fresh(folder, one_word) for folder in folders)
    with closing(Database(one)) as database:
        database.now(lambda tx: tx.exec_driver_sql("INSERT INTO words VALUES ('second')"))
    assert rows(one, "SELECT word FROM words ORDER BY word") == [("first",), ("second",)]
    assert rows(other, "SELECT word FROM words") == [("first",)]
    assert fresh(folders[0], one_word) == one
    assert len(made) == 1
    assert b"second" in everything(one) and b"second" not in everything(other)


@pytest.mark.long
def test_on_postgresql_it_goes_with_its_folder(tmp_path: Path) -> None:
    url = fresh(tmp_path / "data", one_word, POSTGRESQL)
    name, stays = url.rpartition("/")[2], cluster().url("postgres")
    there = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"
    alone(url)
    assert rows(stays, there)
    let_go(tmp_path)
    assert not rows(stays, there)


@pytest.mark.long
def test_a_server_ends_with_the_tests_that_were_killed() -> None:
    script = "import postgres; c = postgres.Cluster(); print(c._process.pid, c._folder, flush=True); input()"
    tests = subprocess.Popen(
        [sys.executable, "-c", script], cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with tests:
        assert tests.stdout is not None
        pid, folder = tests.stdout.readline().split()
        assert Path(f"/proc/{pid}").exists()
        os.kill(tests.pid, signal.SIGKILL)
    until = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() or Path(folder).exists():
        assert time.monotonic() < until
        time.sleep(0.05)
