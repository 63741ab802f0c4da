from __future__ import annotations

import yaml

from bot.locale.notices import PATH, notices
from knowledge.matching.foreign import by_script, by_words
from knowledge.matching.normalise import clean, words
from knowledge.model import LANGUAGES


def test_fifteen_languages_each_in_its_own() -> None:
    assert len(notices()) >= 15
    assert not set(notices()) & set(LANGUAGES)
    seen = {
        code: by_script(said) or by_words(said, 0) for code, text in notices().items() if (said := words(clean(text)))
    }
    assert seen == {code: code for code in notices()}


def test_each_says_that_a_bot_answers_and_that_there_is_an_interpreter() -> None:
    bot = ("бот", "bot", "روبوت", "ربات", "بۆت", "บอต", "机器人")
    interpreter = (
        "переводчик", "перекладач", "tõlk", "مترجم", "phiên dịch", "ล่าม", "tłumacz", "turjubaan", "وەرگێڕ", "wergêr",
        "interpret", "intérprete", "përkthyes", "tercüman", "口译",
    )  # fmt: skip
    for code, text in notices().items():
        assert any(word in text.lower() for word in bot), code
        assert any(word in text.lower() for word in interpreter), code


def test_each_says_whether_a_native_has_checked_it() -> None:
    for code, notice in yaml.safe_load(PATH.read_text("utf-8")).items():
        assert set(notice) == {"checked", "text"}, code
        assert isinstance(notice["checked"], bool), code
        assert len(notice["text"]) <= 260, code
