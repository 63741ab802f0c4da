"""Templates: escaped, strict, in the language of the page."""

import pytest
from jinja2 import UndefinedError

from bot.web.templating import error_page, render, templates
from knowledge.model import LANGUAGES

SWITCH = {language: f"/{language}" for language in LANGUAGES}


def test_what_is_shown_is_escaped() -> None:
    template = templates().from_string("<p>{{ name }}</p>")
    assert template.render(name="<script>") == "<p>&lt;script&gt;</p>"


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        templates().from_string("{{ nobody }}").render()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 429, 500, 503])
def test_every_error_has_its_page(language: str, status: int) -> None:
    page = error_page(language, status)
    assert page.status == status
    assert page.text is not None
    assert f'<html lang="{language}">' in page.text
    assert 'href="/' + language in page.text


def test_the_switch_marks_the_language_that_is_shown() -> None:
    html = render("web/error.html", "sv", status=404, kind="404", switch=SWITCH)
    assert html.count("aria-current") == 1
    assert '<a href="/sv" lang="sv" hreflang="sv" aria-current="true">Svenska</a>' in html


def test_no_page_holds_inline_script_or_style() -> None:
    """The content security policy would block it, silently for who does not look at the console."""
    for name in templates().list_templates(extensions=("html",)):
        loader = templates().loader
        assert loader is not None
        source = loader.get_source(templates(), name)[0]
        assert " style=" not in source, name
        assert "<style" not in source, name
        assert " onclick=" not in source, name
        assert source.count("<script") == source.count('<script type="application/json"') + source.count("src="), name
