"""Turns a second against a bare echo, and the longest stall of the event loop.

`python -m tests.benchmarks.turns` measures all in one run and writes results/turns.json and results/turns.md; with
PORINA_DATABASE_URL=postgresql+asyncpg://… it is that database, and the results are named turns-postgresql.
"""

from __future__ import annotations

import asyncio
import json
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from tests.benchmarks import stages
from tests.benchmarks.load import Seen, post, server, wrk
from tests.benchmarks.servers import DATABASE_URL

RESULTS = Path(__file__).parent / "results"
CONVERSATIONS = 32
CONNECTIONS = 16
SECONDS = 6
COMMAND = "kiitos"  # answered by the dialog before the matcher is asked
QUESTIONS = (
    "mista saan pysakointiluvan",
    "milloin uimahalli on auki",
    "haluan hakea paivakotipaikkaa",
    "minne vien vanhan jaakaapin",
    "where can I buy a bus card",
    "naapurin koira haukkuu yolla",
    "hur anmaler jag mitt barn till skolan",
    "lasku on maksamatta",
)


def activity(text: str) -> str:
    return json.dumps({"type": "message", "text": text, "locale": "fi-FI", "from": {"id": "user"}})


def conversations(address: str, count: int) -> list[tuple[str, str]]:
    """Open conversations: (path to post to, token)."""
    opened = []
    for _ in range(count):
        token = post(address, "/v3/directline/tokens/generate")["token"]
        started = post(address, "/v3/directline/conversations", {}, token)
        opened.append((f"/v3/directline/conversations/{started['conversationId']}/activities", started["token"]))
    return opened


def durable(address: str, texts: tuple[str, ...], seconds: int) -> Seen:
    rows = [
        (path, activity(text), {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        for path, token in conversations(address, CONVERSATIONS)
        for text in texts
    ]
    step = len(texts)
    interleaved = [rows[i] for start in range(step) for i in range(start, len(rows), step)]
    return wrk(interleaved, address, connections=CONNECTIONS, seconds=seconds)


async def _steady(address: str, per_second: int, seconds: int) -> None:
    """Questions at a steady pace, each conversation in its turn."""
    opened = conversations(address, CONVERSATIONS)
    async with aiohttp.ClientSession(address) as session:

        async def ask(number: int) -> None:
            path, token = opened[number % len(opened)]
            # never said before, so that the sentence model cannot answer from its cache
            text = f"{QUESTIONS[number % len(QUESTIONS)]} {number}"
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            async with session.post(path, data=activity(text), headers=headers) as answer:
                assert answer.status == 200, await answer.text()

        begun = time.monotonic()
        tasks = []
        for number in range(per_second * seconds):
            await asyncio.sleep(max(0.0, begun + number / per_second - time.monotonic()))
            tasks.append(asyncio.create_task(ask(number)))
        await asyncio.gather(*tasks)


def measure(seconds: int = SECONDS) -> dict[str, Any]:
    """All figures of one run; ratios are to the echo of the same run."""
    headers = {"Content-Type": "application/json"}
    body = activity(COMMAND)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with server("echo", data / "echo") as address:
            echo = wrk([("/turn", body, headers)], address, connections=CONNECTIONS, seconds=seconds)
        with server("adapter", data / "adapter") as address:
            adapter = wrk([("/turn", body, headers)], address, connections=CONNECTIONS, seconds=seconds)
        with server("dialog", data / "dialog") as address:
            dialog = wrk([("/turn", body, headers)], address, connections=CONNECTIONS, seconds=seconds)
        with server("product", data / "product") as address:
            command = durable(address, (COMMAND,), seconds)
            question = durable(address, QUESTIONS, seconds)
        with server("product", data / "steady") as address:
            asyncio.run(_steady(address, 50, max(seconds, 6)))
        stall = json.loads((data / "steady" / "stall").read_text("utf-8"))["longest_stall_ms"]
        costs = stages.measure(data / "stages", QUESTIONS)
    rows = {
        "echo": echo,
        "adapter": adapter,
        "dialog": dialog,
        "durable": command,
        "durable_matching": question,
    }
    return {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "turns": {
            name: {
                "per_second": round(seen.per_second),
                "of_echo": round(seen.per_second / echo.per_second, 3),
                "p50_ms": round(seen.p50_ms, 2),
                "p99_ms": round(seen.p99_ms, 2),
                "wrong": seen.wrong,
            }
            for name, seen in rows.items()
        },
        "longest_stall_ms_at_50_a_second": stall,
        "stages_us": costs,
    }


ON, NAME = ("PostgreSQL", "turns-postgresql") if DATABASE_URL.startswith("postgresql") else ("SQLite", "turns")
NAMES = {
    "echo": "bare aiohttp POST echo",
    "adapter": "our adapter and an ActivityHandler with one reply",
    "dialog": "the same with the whole dialog, no matching, no database",
    "durable": f"the whole durable turn on {ON}, without matching",
    "durable_matching": f"the whole durable turn on {ON}, with matching",
}
GOALS = {"adapter": "≥ 0.5", "durable": "≥ 0.06" if ON == "SQLite" else ""}


def as_markdown(figures: dict[str, Any]) -> str:
    lines = [
        "# Turns",
        "",
        f"One run on 2 cores ({figures['machine']}): server on one, wrk with {CONNECTIONS} connections on the other.",
        "Made by `python -m tests.benchmarks.turns`.",
        "",
        "| what | a second | of the echo | goal | p50 ms | p99 ms |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, row in figures["turns"].items():
        lines.append(
            f"| {NAMES[name]} | {row['per_second']} | {row['of_echo']} | {GOALS.get(name, '')} | {row['p50_ms']} "
            f"| {row['p99_ms']} |"
        )
    lines += [
        "",
        f"Longest stall of the event loop at 50 questions a second: {figures['longest_stall_ms_at_50_a_second']} ms "
        "(goal 10 ms).",
        "",
        "Where the time of a question goes, one at a time, µs:",
        "",
        "| stage | µs |",
        "| --- | --- |",
        *(f"| {name} | {cost} |" for name, cost in figures["stages_us"].items()),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    figures = measure()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{NAME}.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (RESULTS / f"{NAME}.md").write_text(as_markdown(figures), "utf-8")
