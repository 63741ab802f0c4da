"""Static files: named by their content, and so cached for a year."""

import gzip
import re

import pytest

from bot.web.static import static, static_files


def test_a_name_changes_with_the_content() -> None:
    for name, file in static_files().items():
        assert re.fullmatch(r"/static/.+\.[0-9a-f]{12}\.\w+", file.url), name
        assert file.packed is None or gzip.decompress(file.packed) == file.body
    assert static("web/style.css") == static_files()["web/style.css"].url


def test_what_a_file_refers_to_has_its_new_name_there_too() -> None:
    urls = {file.url.rsplit("/", 1)[1] for file in static_files().values()}
    style, chat = (static_files()[name].body.decode() for name in ("web/style.css", "citizen/chat.js"))
    font = re.findall(r'url\("fonts/([^"]+)"\)|url\("([^"]+)"\)', style)
    modules = re.findall(r'from "([^"]+)"', chat)
    assert font
    assert len(modules) > 2
    for reference in [*("".join(each) for each in font), *modules]:
        assert reference.rsplit("/", 1)[1] in urls


def test_the_fonts_licence_is_shipped_with_it() -> None:
    assert b"SIL Open Font License" in static_files()["web/fonts/source-sans-3-LICENSE.txt"].body


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        static("web/nothing.css")
