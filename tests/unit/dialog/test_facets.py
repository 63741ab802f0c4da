"""What an entry says of one facet: its fields, its own sentences, or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.dialog.facets import sentences_with, told
from bot.dialog.following import Facet
from knowledge.model import Entry, Unit

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def three(text: str) -> dict[str, str]:
    return {"fi": text, "sv": text, "en": text}


def unit(**fields: Any) -> Unit:
    return Unit.model_validate({"id": "u", "name": three("Yksikkö"), "organisation": "Porin kaupunki", **fields})


def entry(answer: str, **fields: Any) -> Entry:
    dated = {"owner": "u", "review_by": "2027-01-01", "source": "s", "checked": "2026-11-24"}
    return Entry.model_validate(
        {"id": "e", "unit": "u", "title": three("Asia"), "answer": three(answer), **dated, **fields}
    )


PERMIT = entry(
    "Hae lupaa verkossa. Luvasta peritään maksu. Liitä hakemukseen kartta. Käsittely kestää noin 3 viikkoa. Katuun saa "
    "tehdä kaivannon luvan jälkeen.",
    channels=[{"kind": "form", "name": three("Hakemus"), "url": "https://www.pori.fi/hakemus"}],
    steps={"fi": ["Täytä lomake.", "Lähetä se."]},
)
OFFICE = unit(
    phone="02 123 4567",
    hours=[{"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "09:00", "closes": "15:00"}],
)


@pytest.mark.parametrize(
    ("facet", "said"),
    [
        ("price", "Luvasta peritään maksu."),
        ("duration", "Käsittely kestää noin 3 viikkoa."),
        ("papers", "Liitä hakemukseen kartta. Täytä lomake."),
        ("phone", "Puhelin: 02 123 4567"),
        ("place", ""),
        ("email", ""),
        ("who", "Asian hoitaa: Yksikkö."),
        ("online", "Asian voi hoitaa verkossa:\n\n- [Hakemus](https://www.pori.fi/hakemus)"),
        ("way", "1. Täytä lomake.\n2. Lähetä se."),
    ],
)
def test_a_facet_is_told_in_the_entrys_own_words(facet: Facet, said: str) -> None:
    assert told(facet, PERMIT, OFFICE, NOW, "fi") == said


@pytest.mark.parametrize("facet", ["price", "hours", "place", "phone", "email", "duration", "papers", "online", "way"])
def test_what_the_entry_does_not_tell_is_not_made_up(facet: Facet) -> None:
    assert told(facet, entry("Tervetuloa."), unit(), NOW, "fi") == ""


def test_a_price_of_its_own_comes_before_sentences() -> None:
    assert told("price", entry("Maksu peritään.", price=three("5 €")), unit(), NOW, "fi") == "**Hinta:** 5 €"


def test_hours_are_those_of_the_days_asked_about() -> None:
    saturday = told("hours", PERMIT, OFFICE, NOW, "fi", [date(2026, 11, 28)])
    assert saturday == "- Lauantai 28.11.: Suljettu"
    week = told("hours", PERMIT, OFFICE, NOW, "fi")
    assert week.startswith("Auki nyt, suljetaan klo 15.00") and week.count("9.00–15.00") == 5


def test_sentences_are_found_by_words_in_other_cases() -> None:
    assert sentences_with(["kaivannosta"], PERMIT, "fi") == "Katuun saa tehdä kaivannon luvan jälkeen."
    assert sentences_with(["auto", "en"], PERMIT, "fi") == ""


def test_a_word_that_stands_all_over_picks_no_sentence() -> None:
    daycare = entry("Hae lapselle paikkaa. Lapset leikkivät. Lapsen hoito alkaa syksyllä.")
    assert sentences_with(["lapsen"], daycare, "fi") == ""
    assert sentences_with(["lapsen", "syksylla"], daycare, "fi") == "Lapsen hoito alkaa syksyllä."
