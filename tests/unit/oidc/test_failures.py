"""Whatever ends the way in, there is a page that says so in each language."""

import pytest

from bot.locale import say
from bot.oidc.failures import Why
from bot.oidc.views import _FAILED
from knowledge.model import LANGUAGES


@pytest.mark.parametrize("why", Why)
def test_each_reason_has_words_and_a_status(why: Why) -> None:
    status, text = _FAILED[why]
    assert 400 <= status < 600
    assert len({say(language, f"oidc.failed_{text}", name="X") for language in LANGUAGES}) == 3
