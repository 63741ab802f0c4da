"""A server on one core, a load generator (wrk) on the other, and what the generator saw."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER_CORE, LOAD_CORE = 0, max(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Seen:
    """Requests a second, latencies in ms, and answers that were not 2xx."""

    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int


@contextmanager
def server(kind: str, data: Path) -> Iterator[str]:
    """The server `kind` on a free port, pinned to its core; its address. Stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.servers", kind, str(port), str(data)],
        cwd=ROOT,
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


def wrk(requests: Sequence[tuple[str, str, dict[str, str]]], address: str, *, connections: int, seconds: int) -> Seen:
    """POST `requests` (path, body, headers) round and round over `connections` kept-alive connections."""
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk is missing: install the Debian package wrk")
    rows = ",\n".join(
        f"wrk.format('POST', {_lua(path)}, {{{', '.join(f'[{_lua(k)}]={_lua(v)}' for k, v in headers.items())}}}, {_lua(body)})"
        for path, body, headers in requests
    )
    script = (
        "local requests\nlocal n = 0\n"
        f"init = function(args) requests = {{{rows}}} end\n"
        "request = function() n = n + 1; return requests[(n - 1) % #requests + 1] end\n"
        "done = function(summary) io.write('wrong ' .. summary.errors.status .. '\\n') end\n"
    )
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"porina-wrk-{os.getpid()}.lua"
    path.write_text(script, "utf-8")
    command = ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    output = subprocess.run([*command, "-s", str(path), address], capture_output=True, text=True, check=True).stdout
    path.unlink()
    return Seen(
        float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        _ms(_found(r"\s50%\s+(\S+)", output)),
        _ms(_found(r"\s99%\s+(\S+)", output)),
        int(_found(r"wrong (\d+)", output)),
    )


def _lua(text: str) -> str:
    return json.dumps(text)  # ASCII with \u escapes is not Lua: bodies are kept ASCII by their makers


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"wrk said something else:\n{text}")
    return match.group(1)


def _ms(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(us|ms|s)", text)
    if match is None:
        raise RuntimeError(f"no latency: {text}, nothing was answered")
    number, unit = match.groups()
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def post(address: str, path: str, body: object = None, token: str | None = None) -> dict[str, str]:
    """One JSON request to the server under test."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = json.dumps(body).encode() if body is not None else b""
    request = urllib.request.Request(address + path, data, headers, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        read: dict[str, str] = json.load(answer)
        return read
