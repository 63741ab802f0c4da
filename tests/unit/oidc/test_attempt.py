"""An attempt belongs to the browser that began it, for ten minutes."""

from dataclasses import asdict
from datetime import timedelta

import jwt
import pytest
from served import SetClock

from bot.oidc.attempt import LIVES, new_attempt, opened, sealed
from bot.oidc.failures import SignInFailed, Why

SECRET = "a secret of the tests, long enough"
NOW = SetClock()()


def test_an_attempt_comes_back_as_it_went() -> None:
    attempt = new_attempt("/units?lang=sv", "sv")
    assert opened(sealed(attempt, SECRET, NOW), attempt.state, SECRET, NOW + LIVES - timedelta(seconds=1)) == attempt
    assert len({attempt.state, attempt.nonce, attempt.verifier}) == 3


def test_each_attempt_has_its_own_secrets() -> None:
    assert new_attempt("/", "fi").state != new_attempt("/", "fi").state


def test_what_another_browser_began() -> None:
    mine, theirs = new_attempt("/", "fi"), new_attempt("/", "fi")
    with pytest.raises(SignInFailed) as failed:
        opened(sealed(mine, SECRET, NOW), theirs.state, SECRET, NOW)
    assert failed.value.why is Why.WRONG_STATE


@pytest.mark.parametrize("after", [LIVES, timedelta(days=400), timedelta(minutes=-2)], ids=str)
def test_an_old_one_and_one_of_a_time_to_come(after: timedelta) -> None:
    attempt = new_attempt("/", "fi")
    with pytest.raises(SignInFailed) as failed:
        opened(sealed(attempt, SECRET, NOW), attempt.state, SECRET, NOW + after)
    assert failed.value.why is Why.ATTEMPT_EXPIRED


def forged() -> list[str | None]:
    attempt = new_attempt("/", "fi")
    good = sealed(attempt, SECRET, NOW)
    claims = {"iss": "porina", "exp": int((NOW + LIVES).timestamp()), **asdict(attempt)}
    unsigned = jwt.encode(claims, None, "none")
    return [None, "", "nothing", good[:-4], unsigned, sealed(attempt, "another secret of the tests, as long", NOW)]


@pytest.mark.parametrize("cookie", forged())
def test_what_was_not_sealed_here(cookie: str | None) -> None:
    with pytest.raises(SignInFailed) as failed:
        opened(cookie, "", SECRET, NOW)
    assert failed.value.why is Why.NO_ATTEMPT
