"""Bodies that no stock client sends: refused in Direct Line's error shape or taken as they are, never a 500."""

import json
import time
from io import BytesIO
from typing import Any

import pytest
from served import Served

MALFORMED = {
    "empty": b"",
    "truncated": b'{"type":"message","text":"a',
    "not utf-8": b'{"type":"message","text":"\xff\xfe"}',
    "list": b"[]",
    "text": b'"message"',
    "number": b"5",
    "null": b"null",
    "key twice": b'{"type":"message","type":"event"}',
    "not a number": b'{"type":"message","value":NaN}',
    "too large a number": b'{"type":"message","value":1e999}',
    "too long a number": b'{"type":"message","value":' + b"9" * 5000 + b"}",
    "brackets": b'{"type":"message","value":' + b"[" * 100_000,
    "objects": b'{"a":' * 50_000,
    "nested": b'{"type":"message","value":' + b"[" * 200 + b"]" * 200 + b"}",
    "NUL": b'{"type":"message","text":"a\\u0000b"}',
    "half a pair": b'{"type":"message","text":"\\ud83d"}',
    "half a pair in a key": b'{"type":"message","channelData":{"\\ud83d":1}}',
}
WRONG_TYPES: list[dict[str, Any]] = [
    {},
    {"type": None},
    {"type": 5},
    {"type": ""},
    {"text": {}},
    {"text": 123},
    {"text": ["a"]},
    {"name": 1},
    {"locale": {"a": 1}},
    {"replyToId": 5},
    {"from": "me"},
    {"from": [1]},
    {"conversation": "x"},
    {"recipient": 5},
    {"attachments": {}},
    {"attachments": ["a"]},
    {"attachments": [{"contentType": 5}]},
    {"attachments": [None]},
    {"entities": "x"},
    {"reactionsAdded": [{"type": 1}]},
    {"reactionsAdded": "like"},
    {"membersAdded": [{"id": {}}]},
    {"timestamp": 5},
]


async def send(
    served: Served, talk: Any, body: bytes | BytesIO, content_type: str | None = "application/json"
) -> tuple[int, Any]:
    headers = {"Content-Type": content_type} if content_type else {}
    skip = () if content_type else ("Content-Type",)
    response = await served.ask(
        "POST", talk.path + "/activities", token=talk.token, data=body, headers=headers, skip_auto_headers=skip
    )
    return response.status, await response.json()


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_bodies_are_refused(served: Served, body: bytes) -> None:
    talk = await served.open()
    status, answer = await send(served, talk, body)
    assert status == 400
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"code", "message"}
    assert len(await talk.texts()) == 1


@pytest.mark.parametrize("fields", WRONG_TYPES, ids=json.dumps)
async def test_wrong_types_are_refused(served: Served, fields: dict[str, Any]) -> None:
    talk = await served.open()
    body = fields if "type" in fields or not fields else {"type": "message", **fields}
    refused = await talk.post(body, expect=400)
    assert set(refused["error"]) == {"code", "message"}
    assert len(await talk.texts()) == 1


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_only_json_is_taken(served: Served, content_type: str | None) -> None:
    talk = await served.open()
    status, answer = await send(served, talk, b'{"type":"message","text":"a"}', content_type)
    assert (status, answer["error"]["code"]) == (415, "UnsupportedMediaType")


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 100,
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "مرحبا \u202e gnirts",
        "a\u200bb\u2060c",
        "   ",
        "\t\r\n\x01\x1b[31m",
        "a" + "\u0301" * 1000,
        "x" * 10_000,
        "<script>alert(1)</script>",
        "'; DROP TABLE activities; --",
        "\ufffe\uffff",
    ],
    ids=range(11),
)
async def test_strange_texts_are_kept_as_they_are(served: Served, text: str) -> None:
    talk = await served.open()
    await talk.say(text)
    echo = (await talk.texts())[1]
    assert echo == text or (text[0] == "a" and echo == "\u00e1" + text[2:])  # NFC


async def test_texts_are_stored_in_one_form(served: Served) -> None:
    talk = await served.open()
    await talk.say("pa\u0308a\u0308to\u0308s")
    assert (await talk.texts())[1] == "päätös"


@pytest.mark.parametrize(("length", "status"), [(250_000, 200), (262_200, 413), (1_100_000, 413), (2_100_000, 413)])
async def test_large_bodies(served: Served, length: int, status: int) -> None:
    talk = await served.open()
    started = time.perf_counter()
    code, _ = await send(served, talk, BytesIO(b'{"type":"message","text":"' + b"7" * length + b'"}'))
    assert code == status
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "data", [None, [], "x", {"clientActivityID": 5}, {"clientActivityID": "x" * 5000}, {"a": None}]
)
async def test_channel_data_may_be_anything(served: Served, data: Any) -> None:
    talk = await served.open()
    first = await talk.post({"type": "message", "text": "a", "channelData": data})
    again = await talk.post({"type": "message", "text": "a", "channelData": data})
    has_id = isinstance(data, dict) and isinstance(data.get("clientActivityID"), str)
    assert (first == again) is has_id
    assert (await talk.read())["activities"][1]["channelData"] == data


async def test_nobody_is_made_to_fetch_anything(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses in an activity are neither opened by us nor given on to those who read the conversation."""
    talk = await served.open()
    connections: list[Any] = []
    loop = __import__("asyncio").get_running_loop()
    connect = loop.sock_connect

    async def watched(sock: Any, address: Any) -> Any:
        connections.append(address)
        return await connect(sock, address)

    monkeypatch.setattr(loop, "sock_connect", watched)
    trap = "http://169.254.169.254/latest"
    image = {"contentType": "image/png", "contentUrl": trap, "thumbnailUrl": trap, "name": "a.png"}
    await talk.post({"type": "message", "text": "a", "attachments": [image], "serviceUrl": trap})
    assert all(address[0] == "127.0.0.1" for address in connections)
    echo = (await talk.read())["activities"][1]
    assert echo["attachments"] == [{"contentType": "image/png", "name": "a.png"}]
    assert "serviceUrl" not in echo


async def test_a_fault_of_ours_is_a_number_and_no_more(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    talk = await served.open()
    refused = await talk.say("break", expect=500)
    assert refused["error"]["code"] == "InternalError"
    (record,) = [record for record in caplog.records if record.name == "porina.error"]
    assert record.fields["id"] in refused["error"]["message"]
    assert "secret words" not in json.dumps(refused) + json.dumps(record.fields)
    await talk.say("and it goes on")
    assert (await talk.texts())[1:] == ["and it goes on", "1: and it goes on"]
