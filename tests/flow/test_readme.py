"""The README's first command works on a fresh clone, as a newcomer pastes it."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 900


def command(name: str) -> str:
    """The line of the README between the marks of `name`."""
    found = re.search(rf"<!-- {name} -->\n```sh\n(.+)\n```", (ROOT / "README.md").read_text("utf-8"))
    assert found, name
    return found[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.long
@pytest.mark.timeout(PATIENCE_S + 60)
def test_the_run_command_serves_on_a_fresh_clone(tmp_path: Path) -> None:
    clone, port = tmp_path / "clone", free_port()
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PORINA_", "PYTHONPATH"))}
    process = subprocess.Popen(
        f"{command('run')} --port {port}", shell=True, cwd=clone, env=environment, start_new_session=True
    )
    try:
        until = time.monotonic() + PATIENCE_S
        page = ""
        while not page and time.monotonic() < until:
            assert process.poll() is None, "the command ended by itself"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/fi", timeout=5) as answer:
                    page = answer.read().decode()
            except OSError:
                time.sleep(0.2)
        assert "Porina" in page
        assert (clone / "var" / "porina.db").is_file()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_the_readme_begins_with_the_picture_and_exactly_two_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    first_screen = text[: text.index("\n## ")]
    assert first_screen.index("![") < first_screen.index("```sh")
    assert first_screen.count("```sh") == 2
    assert command("test").endswith(".venv/bin/pytest")
