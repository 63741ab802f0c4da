"""The city page: which language, which contact facts, which words for its script."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.citizen.transcript import as_text
from bot.citizen.views import LONGEST_MESSAGE, contact, is_demo, script_texts
from bot.locale.dates import day
from bot.web.language import preferred
from knowledge.files import SHIPPED, read_folder
from knowledge.model import LANGUAGES, Hours, KnowledgeBase

BASE = read_folder(SHIPPED)
SCRIPTS = Path(__file__).parents[3] / "bot/citizen/static"
NOON = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fi"),
        ("sv-FI,sv;q=0.9,en;q=0.8", "sv"),
        ("de,en-US;q=0.7,fi;q=0.3", "en"),
        ("fi;q=0.1, en;q=0.9", "en"),
        ("sv;q=0, en;q=0.1", "en"),
        ("EN-gb", "en"),
        ("de", "fi"),
        ("*", "fi"),
        ("sv;q=nonsense,en", "en"),
        (";;;,,,=;q", "fi"),
        ("x," * 50 + "sv", "fi"),
    ],
)
def test_the_browser_is_asked_for_its_language(header: str, language: str) -> None:
    assert preferred(header) == language


def with_hours(*hours: Hours) -> KnowledgeBase:
    units = tuple(
        unit.model_copy(update={"hours": hours}) if unit.id == "asiakaspalvelu" else unit for unit in BASE.units
    )
    return BASE.model_copy(update={"units": units})


def test_contact_facts_say_only_what_is_known() -> None:
    facts = contact(with_hours(), NOON, "fi")
    assert facts.address == "Yrjönkatu 6, 28100 Pori"
    assert facts.map_url.endswith("Yrj%C3%B6nkatu%206%2C%2028100%20Pori")
    assert facts.open_now is None
    assert facts.web_name == "pori.fi"


def test_contact_facts_know_when_it_is_open() -> None:
    base = with_hours(Hours(days=("mon",), opens="09:00", closes="15:00"))
    opened, closed = contact(base, NOON, "fi"), contact(base, NOON + timedelta(hours=6), "fi")
    assert (opened.open_now, closed.open_now) == (True, False)
    assert "15.00" in opened.hours


def test_unchecked_content_is_called_a_demo() -> None:
    assert is_demo(BASE)
    checked = tuple(
        entry.model_copy(update={"approved": entry.approved and entry.approved.model_copy(update={"by": "toimitus"})})
        for entry in BASE.entries
    )
    assert not is_demo(BASE.model_copy(update={"entries": checked}))


def test_the_scripts_say_what_the_catalogues_have() -> None:
    said = {
        key
        for path in SCRIPTS.glob("*.js")
        for key in re.findall(r'say\(\s*(?:\w+ \? )?"(\w+)"(?: : "(\w+)")?', path.read_text("utf-8"))
        for key in key
        if key
    } | {"yes", "no"}
    texts = script_texts()
    assert set(texts["texts"]) == set(texts["locales"]) == set(LANGUAGES)
    assert said == set(texts["texts"]["fi"])
    assert texts["limit"] == LONGEST_MESSAGE


def message(role: str, text: str, at: str, **fields: object) -> dict[str, object]:
    return {"type": "message", "from": {"role": role}, "text": text, "timestamp": at, **fields}


def test_a_transcript_says_when_who_what_and_that_it_was_a_bot() -> None:
    card = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": {
            "body": [
                {"type": "TextBlock", "text": "Pysäköinti"},
                {"type": "FactSet", "facts": [{"title": "Puhelin", "value": "02 621 1100"}]},
            ],
            "actions": [{"type": "Action.OpenUrl", "title": "Osta", "url": "https://www.pori.fi/x"}],
        },
    }
    talk = [
        message("bot", "Moi\\!", "2026-11-29T21:30:00.000Z"),
        {"type": "messageReaction", "from": {"role": "user"}, "timestamp": "2026-11-29T21:31:00.000Z"},
        message("user", "**Kysyn** [x](y)\nkaksi riviä", "2026-11-29T22:30:00.000Z"),
        message("bot", "Katso **[sivu](https://pori.fi)**.", "2026-11-29T22:30:00.001Z", attachments=[card]),
    ]
    lines = as_text(talk, "fi", NOON).split("\r\n")
    assert "botti" in lines[1]
    assert "klo 12.00" in lines[2]
    assert lines[4:] == [
        f"{day(NOON - timedelta(days=1), 'fi')}2026",
        "",
        "23.30 Porina, botti",
        "  Moi!",
        "",
        f"{day(NOON, 'fi')}2026",
        "",
        "0.30 Sinä",
        "  **Kysyn** [x](y)",
        "  kaksi riviä",
        "",
        "0.30 Porina, botti",
        "  Katso sivu (https://pori.fi).",
        "  Pysäköinti",
        "  Puhelin: 02 621 1100",
        "  Osta: https://www.pori.fi/x",
        "",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_transcript_says_so(language: str) -> None:
    assert len(as_text([], language, NOON).split("\r\n")) == 5
