"""Every text a person reads is in three languages, with the same places, and every key in the code exists."""

import re
from pathlib import Path
from string import Formatter

from bot.locale import catalogue
from knowledge.model import LANGUAGES

ROOT = Path(__file__).parents[2]
AREAS = {path.stem for path in (ROOT / "bot/locale/fi").glob("*.yaml")}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_catalogues_have_the_same_keys() -> None:
    finnish = set(catalogue("fi"))
    assert len(finnish) > 50
    for language in LANGUAGES:
        assert set(catalogue(language)) == finnish, language


def test_a_text_has_the_same_places_in_each_language() -> None:
    for key, text in catalogue("fi").items():
        for language in LANGUAGES:
            assert places(catalogue(language)[key]) == places(text), (language, key)


def test_no_text_is_empty_or_left_in_finnish() -> None:
    for key, text in catalogue("fi").items():
        for language in ("sv", "en"):
            other = catalogue(language)[key]
            assert other.strip(), (language, key)
            if len(re.findall(r"\w+", re.sub(r"\{\w+\}", "", text))) > 4:
                assert other != text, (language, key)


def test_every_key_in_the_code_exists() -> None:
    known = set(catalogue("fi"))
    pattern = re.compile(r"""["']({})\.([a-z0-9_]+)["']""".format("|".join(sorted(AREAS))))
    used = {
        f"{area}.{key}"
        for suffix in ("*.py", "*.html")
        for path in (ROOT / "bot").rglob(suffix)
        for area, key in pattern.findall(path.read_text("utf-8"))
    }
    assert used, "the pattern finds nothing"
    # A key that ends with "_" is completed when it is used ("pages.error_404"): something must begin with it.
    missing = {key for key in used - known if not (key.endswith("_") and any(each.startswith(key) for each in known))}
    assert missing == set()
