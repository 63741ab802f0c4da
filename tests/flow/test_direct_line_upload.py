"""Files with a message: both forms, what is refused, who may fetch them, and that they go after a day."""

import json
from io import BytesIO

import pytest
from aiohttp import FormData
from served import Served, Talk

from bot.channels.direct_line.purge import purge
from services.jobs.acts import enqueue
from services.jobs.kinds import Kind
from services.jobs.leases import lease_due
from services.jobs.runner import Runner
from services.uploads.acts import outdated

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
PDF = b"%PDF-1.7\n" + bytes(100)
ACTIVITY = "application/vnd.microsoft.activity"


def form(*files: tuple[str, bytes], activity: object = None) -> FormData:
    made = FormData()
    if activity is not None:
        made.add_field("activity", json.dumps(activity), content_type=ACTIVITY, filename="blob")
    for name, content in files:
        made.add_field("file", BytesIO(content), filename=name, content_type="text/html")
    if not made._fields:
        made.add_field("other", b"", filename="x")
    return made


async def upload(served: Served, talk: Talk, data: object, *, expect: int = 200, **headers: str) -> dict:
    path = talk.path + "/upload?userId=me"
    return await served.call("POST", path, token=talk.token, data=data, headers=headers, expect=expect)


def kept(served: Served) -> list[str]:
    return [path.name for path in (served.parts.data / "uploads").iterdir()]


async def test_multipart_with_an_activity(served: Served) -> None:
    talk = await served.open()
    activity = {
        "type": "message",
        "text": "Liitteet",
        "attachments": [{"contentType": "image/png", "name": "a.png"}, {"contentType": "x/card", "content": {"a": 1}}],
        "channelData": {"clientActivityID": "c1"},
    }
    answer = await upload(served, talk, form(("a.png", PNG), ("b.pdf", PDF), activity=activity))
    _, echo, reply = (await talk.read())["activities"]
    assert answer == {"id": echo["id"]}
    assert reply["replyToId"] == echo["id"]
    card, image, paper = echo["attachments"]
    assert card == {"contentType": "x/card", "content": {"a": 1}}
    assert (image["contentType"], image["name"]) == ("image/png", "a.png")
    assert (paper["contentType"], paper["name"]) == ("application/pdf", "b.pdf")
    response = await served.ask("GET", image["contentUrl"])
    assert (response.status, await response.read()) == (200, PNG)
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_one_raw_file(served: Served) -> None:
    talk = await served.open()
    disposition = 'name="file"; filename="../../etc/p\u00e4\u00e4t\u00f6s 010190-900X.png"'
    await upload(
        served, talk, PNG, **{"Content-Type": "image/png", "Content-Disposition": "attachment; " + disposition}
    )
    (attachment,) = (await talk.read())["activities"][1]["attachments"]
    assert attachment["name"] == "päätös [henkilötunnus poistettu].png"
    assert attachment["contentUrl"].startswith(served.url)


async def test_sent_again_it_is_the_same_message(served: Served) -> None:
    talk = await served.open()
    activity = {"type": "message", "channelData": {"clientActivityID": "c1"}}
    first = await upload(served, talk, form(("a.png", PNG), activity=activity))
    assert await upload(served, talk, form(("a.png", PNG), activity=activity)) == first
    refused = await upload(served, talk, form(("a.png", PNG + b"x"), activity=activity), expect=422)
    assert refused["error"]["code"] == "ReusedId"
    assert len((await talk.read())["activities"]) == 3


@pytest.mark.parametrize(
    ("files", "activity", "status"),
    [
        ([("a.html", b"<script>alert(1)</script>")], None, 415),
        ([("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")], None, 415),
        ([("a.png", b"")], None, 415),
        ([("a.png", PNG + bytes(4 * 1024 * 1024))], None, 413),
        ([("a.png", PNG)] * 6, None, 400),
        ([("a.png", PNG)], [], 400),
        ([("a.png", PNG)], {"type": "message", "text": "x" * 300_000}, 413),
        ([], {"type": "message"}, 400),
    ],
    ids=["html", "svg", "empty", "large", "many", "activity", "long", "none"],
)
async def test_what_is_refused_leaves_no_file(served: Served, files: list, activity: object, status: int) -> None:
    talk = await served.open()
    refused = await upload(served, talk, form(*files, activity=activity), expect=status)
    assert set(refused["error"]) == {"code", "message"}
    assert kept(served) == []
    assert len((await talk.read())["activities"]) == 1


@pytest.mark.parametrize(
    "body", [b"", b"junk", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\nabc"]
)
async def test_broken_multipart_is_refused(served: Served, body: bytes) -> None:
    talk = await served.open()
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data", "multipart/mixed; boundary=x"):
        answer = await served.ask(
            "POST", talk.path + "/upload?userId=me", token=talk.token, data=body, headers={"Content-Type": content_type}
        )
        assert answer.status in (400, 415), (content_type, await answer.text())
    assert kept(served) == []


async def test_the_user_id_is_required(served: Served) -> None:
    talk = await served.open()
    await served.call("POST", talk.path + "/upload", token=talk.token, data=form(("a.png", PNG)), expect=400)


async def test_only_the_signed_address_opens_a_file(served: Served) -> None:
    talk = await served.open()
    await upload(served, talk, form(("a.png", PNG)))
    url = (await talk.read())["activities"][1]["attachments"][0]["contentUrl"]
    bare, _, query = url.partition("?")
    until, signature = (part.partition("=")[2] for part in query.split("&"))
    wrong = [
        bare,
        f"{bare}?until={until}",
        f"{bare}?until={int(until) + 1}&signature={signature}",
        f"{bare}?until=x&signature={signature}",
        f"{bare}?until={until}&signature=%C3%A4",
        f"{url}x",
        url.replace(bare.rpartition("/")[2], "A" * 22),
        url.replace(bare.rpartition("/")[2], "..%2Fporina.db"),
    ]
    bodies = set()
    for address in wrong:
        response = await served.ask("GET", address)
        assert response.status == 404, address
        bodies.add(await response.text())
    assert len(bodies) == 1


async def purged(served: Served) -> None:
    """Delete old files, as a job."""
    parts = served.parts
    await parts.database.transaction(enqueue, "purge", served.clock())
    kinds = {"purge": Kind(purge(parts.data, parts.database, served.clock))}
    assert await Runner(parts.database, served.clock, kinds).run_due() == 1


async def test_files_go_after_a_day(served: Served) -> None:
    talk = await served.open()
    await upload(served, talk, form(("a.png", PNG)))
    url = (await talk.read())["activities"][1]["attachments"][0]["contentUrl"]
    orphan = served.parts.data / "uploads" / "orphan"
    orphan.write_bytes(PNG)
    served.clock.forward(hours=23)
    await purged(served)
    assert (await served.ask("GET", url)).status == 200
    served.clock.forward(hours=1, seconds=1)
    assert (await served.ask("GET", url)).status == 404  # over, even before it is deleted
    served.clock.forward(days=4000)  # the orphan's age is the file system's
    await purged(served)
    assert kept(served) == []


async def test_a_purge_that_died_half_way_is_done_again(served: Served) -> None:
    talk = await served.open()
    await upload(served, talk, form(("a.png", PNG), ("b.png", PNG)))
    served.clock.forward(hours=24)
    parts = served.parts
    await parts.database.transaction(enqueue, "purge", served.clock())
    [job] = await parts.database.transaction(lease_due, served.clock(), 1)
    await purge(parts.data, parts.database, served.clock)(job)  # and no more: the files are gone, their rows are not
    assert kept(served) == []
    assert len(await parts.database.read(outdated, served.clock())) == 2
    await purged(served)
    assert await parts.database.read(outdated, served.clock()) == []
