"""Credentials that coturn takes, worked out by another program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from meeting import NOW, Planned

from services.video.turn import ice_servers

URLS = ["stun:turn.example.fi", "turn:turn.example.fi", "turns:turn.example.fi:5349"]


def test_the_credential_is_what_openssl_says() -> None:
    # printf %s 1795519800:participant | openssl dgst -sha1 -hmac north -binary | base64
    assert ice_servers(URLS, "north", "participant", Planned(), NOW) == [
        {"urls": ["stun:turn.example.fi"]},
        {
            "urls": ["turn:turn.example.fi", "turns:turn.example.fi:5349"],
            "username": "1795519800:participant",
            "credential": "TozMca8FmQSEHDAGbenrBQtbX3A=",
        },
    ]
    assert datetime.fromtimestamp(1795519800, UTC) == Planned().end + timedelta(hours=1)


def test_it_is_good_for_twelve_hours_at_most() -> None:
    [server] = ice_servers(["turn:turn.example.fi"], "north", "participant", Planned(), NOW - timedelta(days=2))
    assert server["username"].split(":")[0] == f"{int((NOW - timedelta(days=1, hours=12)).timestamp())}"


def test_without_a_secret_there_is_no_turn_and_without_urls_nothing() -> None:
    assert ice_servers(URLS, None, "participant", Planned(), NOW) == [{"urls": ["stun:turn.example.fi"]}]
    assert ice_servers([], "north", "participant", Planned(), NOW) == []
