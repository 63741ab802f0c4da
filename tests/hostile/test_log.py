"""The log: one JSON document a line, nothing forged, nothing personal."""

import io
import json
import logging

import pytest
from served import BASE, Served

from bot.log import JsonLines


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("porina")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(level)


async def test_one_line_a_request_without_anything_personal(served: Served, lines: io.StringIO) -> None:
    talk = await served.open()
    agent = 'Mozilla"} {"forged": 1}'
    await served.ask("GET", f"{talk.path}/activities?watermark=secret", token=talk.token, headers={"User-Agent": agent})
    await talk.say('forged\r\n{"level": "ERROR"}')
    await served.ask("GET", "/x%0d%0a%7b%22forged%22:1%7d?t=secret")
    await talk.say("break", expect=500)
    text = lines.getvalue()
    read = [json.loads(line) for line in text.splitlines()]
    requests = [line for line in read if line["logger"] == "porina.access"]
    assert [line["status"] for line in requests] == [200, 201, 200, 200, 404, 500]
    assert requests[2]["route"] == BASE + "/conversations/{conversation}/activities"
    assert len(read) == len(requests) + 1
    for personal in (talk.id, talk.token, "secret", "forged", "127.0.0.1", "Mozilla", "break"):
        assert personal not in text


def test_values_are_escaped_and_foreign_arguments_left_out() -> None:
    form = JsonLines()
    ours = logging.LogRecord("porina.x", logging.INFO, "", 0, "a\n%s", ("b\r\x1b",), None)
    theirs = logging.LogRecord("aiohttp.server", logging.ERROR, "", 0, "request from %s", ("10.0.0.1",), None)
    assert json.loads(form.format(ours))["event"] == "a\nb\r\x1b"
    assert "\n" not in form.format(ours)
    assert json.loads(form.format(theirs))["event"] == "request from %s"
    try:
        raise ValueError("010190-900X")
    except ValueError as error:
        failed = logging.LogRecord("asyncio", logging.ERROR, "", 0, "m", (), (ValueError, error, error.__traceback__))
    line = json.loads(form.format(failed))
    assert line["error"] == "ValueError"
    assert "test_values_are_escaped" in line["where"][0]
    assert "900X" not in form.format(failed)
