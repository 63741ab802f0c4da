"""Files by their first bytes, names for show, and addresses that only we can make."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.channels.direct_line.files import address, check_address, shown_name, sniffed
from services.errors import NotFound

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "a secret that is long enough"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0......", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"%PDF-1.4\n", "application/pdf"),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"GIF89a", None),
        (b"<svg ", None),
        (b"PK\x03\x04", None),
        (b"MZ", None),
        (b"", None),
    ],
)
def test_kinds(head: bytes, kind: str | None) -> None:
    assert sniffed(head) == kind


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("kuva.png", "kuva.png"),
        ("C:\\Users\\me\\kuva.png", "kuva.png"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x\x00.png", "aSet-Cookie: x.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("010190-900X.png", "[henkilötunnus poistettu].png"),
        ("", "file.png"),
        (None, "file.png"),
        ("..", "file.png"),
        ("x" * 300 + ".png", "x" * 96 + ".png"),
    ],
)
def test_names(given: str | None, shown: str) -> None:
    assert shown_name(given, "image/png") == shown


def test_addresses_expire_and_cannot_be_made_up() -> None:
    made = urlsplit(address("https://x.example", SECRET, "f1", NOW))
    query = {name: values[0] for name, values in parse_qs(made.query).items()}
    check_address(SECRET, "f1", query["until"], query["signature"], NOW + timedelta(hours=23))
    for secret, upload, until, signature, now in (
        (SECRET, "f2", query["until"], query["signature"], NOW),
        ("another", "f1", query["until"], query["signature"], NOW),
        (SECRET, "f1", str(int(query["until"]) + 1), query["signature"], NOW),
        (SECRET, "f1", query["until"], query["signature"], NOW + timedelta(hours=24)),
        (SECRET, "f1", "²", query["signature"], NOW),
    ):
        with pytest.raises(NotFound):
            check_address(secret, upload, until, signature, now)
