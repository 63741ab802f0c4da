"""A provider is believed only where it proves what it says; whatever else it does ends in a reason, and soon."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import pytest
from aiohttp import web
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from false_provider import CLIENT, REDIRECT, SECRET, FalseProvider, false_provider
from joserfc.jwk import ECKey
from served import SetClock

from bot.oidc import client, fetching
from bot.oidc.attempt import new_attempt
from bot.oidc.client import Provider
from bot.oidc.failures import SignInFailed, Why


@pytest.fixture
async def false() -> AsyncIterator[FalseProvider]:
    async with false_provider(SetClock()) as running:
        yield running


@pytest.fixture
def provider(false: FalseProvider) -> Provider:
    return Provider(false.issuer, CLIENT, SECRET, "openid profile", false.clock)


async def back(provider: Provider, false: FalseProvider, answered_by: str | None = None) -> dict[str, Any]:
    """The claims of somebody who comes back with a code."""
    attempt = new_attempt("/account", "fi")
    false.nonce = attempt.nonce
    claims = await provider.claims(attempt, REDIRECT, "code", answered_by)
    assert false.posted["code_verifier"] == attempt.verifier
    return claims


async def refused(provider: Provider, false: FalseProvider, answered_by: str | None = None) -> SignInFailed:
    with pytest.raises(SignInFailed) as failed:
        await back(provider, false, answered_by)
    return failed.value


async def test_the_way_there_and_back(provider: Provider, false: FalseProvider) -> None:
    attempt = new_attempt("/units", "sv")
    there = urlsplit(await provider.address(attempt, REDIRECT))
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{false.issuer}/authorize"
    assert dict(parse_qsl(there.query)) == {
        "tenant": "pori",
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "scope": "openid profile",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": create_s256_code_challenge(attempt.verifier),
        "code_challenge_method": "S256",
        "ui_locales": "sv",
    }
    assert (await back(provider, false))["sub"] == "8f2a"
    told = base64.b64decode(false.authorization.removeprefix("Basic ")).decode()
    assert [unquote_plus(part) for part in told.split(":")] == [CLIENT, SECRET]
    assert (false.posted["grant_type"], false.posted["redirect_uri"]) == ("authorization_code", REDIRECT)


async def test_the_secret_goes_in_the_body_where_that_is_all_the_provider_takes(
    provider: Provider, false: FalseProvider
) -> None:
    false.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    await back(provider, false)
    assert (false.posted["client_id"], false.posted["client_secret"], false.authorization) == (CLIENT, SECRET, "")


NOW = int(SetClock()().timestamp())


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        ({"nonce": "another"}, "invalid_claim"),
        ({"nonce": None}, "missing_claim"),
        ({"aud": "another"}, "invalid_claim"),
        ({"aud": [CLIENT, "another"]}, "missing_claim"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "invalid_claim"),
        ({"azp": "another"}, "invalid_claim"),
        ({"iss": "https://login.example"}, "invalid_claim"),
        ({"iss": None}, "missing_claim"),
        ({"sub": None}, "missing_claim"),
        ({"sub": 7}, "invalid_claim"),
        ({"exp": NOW - 61}, "expired_token"),
        ({"exp": None}, "missing_claim"),
        ({"exp": "tomorrow"}, "invalid_claim"),
        ({"iat": NOW + 61}, "invalid_claim"),
        ({"nbf": NOW + 61}, "invalid_claim"),
        ({"at_hash": "another"}, "invalid_claim"),
    ],
    ids=str,
)
async def test_wrong_claims(provider: Provider, false: FalseProvider, said: dict[str, Any], detail: str) -> None:
    false.said = said
    failed = await refused(provider, false)
    assert (failed.why, failed.detail) == (Why.WRONG_ID_TOKEN, detail)


@pytest.mark.parametrize(
    "said",
    [{"exp": NOW - 59}, {"iat": NOW + 59}, {"aud": [CLIENT]}, {"aud": [CLIENT, "another"], "azp": CLIENT}],
    ids=str,
)
async def test_clocks_that_differ_a_little_and_other_shapes_are_right(
    provider: Provider, false: FalseProvider, said: dict[str, Any]
) -> None:
    false.said = said
    assert await back(provider, false)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"kid": "unknown"}], ids=str)
async def test_tokens_that_anybody_could_have_made(
    provider: Provider, false: FalseProvider, header: dict[str, Any]
) -> None:
    false.header = header
    assert (await refused(provider, false)).why is Why.WRONG_ID_TOKEN


async def test_a_provider_without_an_algorithm_of_ours(provider: Provider, false: FalseProvider) -> None:
    false.metadata = {"id_token_signing_alg_values_supported": ["HS256"]}
    failed = await refused(provider, false)
    assert (failed.why, failed.detail) == (Why.WRONG_ID_TOKEN, "algorithm")


async def test_a_key_that_is_not_the_providers(provider: Provider, false: FalseProvider) -> None:
    false.key = ECKey.generate_key("P-256", {"kid": "first"})
    failed = await refused(provider, false)
    assert (failed.why, failed.detail) == (Why.WRONG_ID_TOKEN, "bad_signature")


async def test_new_keys_are_looked_for_once_a_minute(provider: Provider, false: FalseProvider) -> None:
    await back(provider, false)
    await back(provider, false)
    assert false.asked.count("keys") == false.asked.count("openid-configuration") == 1
    false.key = ECKey.generate_key("P-256", {"kid": "second"})
    false.published = [false.key]
    assert (await refused(provider, false)).why is Why.WRONG_ID_TOKEN  # the first keys are younger than a minute
    false.clock.forward(seconds=61)
    await back(provider, false)
    assert false.asked.count("keys") == 2
    false.key = ECKey.generate_key("P-256", {"kid": "third"})
    for _ in range(5):
        await refused(provider, false)
    assert false.asked.count("keys") == 2
    false.clock.now += timedelta(hours=1)
    await refused(provider, false)
    assert false.asked.count("openid-configuration") == 2


async def test_keys_that_are_not_understood_hide_no_other(provider: Provider, false: FalseProvider) -> None:
    mine = false.key.as_dict(private=False)
    strange = [
        7,
        {},
        {"kty": "AKP", "kid": "first"},
        {"kty": "EC", "crv": "P-256", "x": "?", "y": 1},
        {**mine, "use": "enc"},
    ]
    false.answers["keys"] = web.json_response({"keys": [*strange, mine]})
    assert await back(provider, false)


@pytest.mark.parametrize("what", ["openid-configuration", "token", "keys"])
@pytest.mark.parametrize(
    ("answer", "why", "detail"),
    [
        (lambda: web.Response(text="<h1>Welcome"), Why.GARBAGE, "no JSON"),
        (lambda: web.Response(body=b"\xff\xfe"), Why.GARBAGE, "no JSON"),
        (lambda: web.Response(text="[" * 100_000), Why.GARBAGE, "no JSON"),
        (lambda: web.json_response([1]), Why.GARBAGE, "no JSON object"),
        (lambda: web.Response(body=b"{" + b" " * fetching.MOST), Why.GARBAGE, "too long an answer"),
        (lambda: web.Response(status=302, headers={"Location": "/pori/v2.0/else"}), Why.GARBAGE, "a redirect"),
        (lambda: web.Response(status=503, text="{}"), Why.PROVIDER_DOWN, "status 503"),
    ],
    ids=["page", "bytes", "deep", "list", "long", "redirect", "down"],
)
async def test_what_is_no_answer(
    provider: Provider, false: FalseProvider, what: str, answer: Any, why: Why, detail: str
) -> None:
    false.answers[what] = answer()
    failed = await refused(provider, false)
    assert (failed.why, failed.detail) == (why, detail)
    assert "else" not in false.asked
    del false.answers[what]
    assert await back(provider, false), "a failure must not be remembered"


@pytest.mark.parametrize(
    ("what", "answer", "why"),
    [
        ("openid-configuration", {}, Why.GARBAGE),
        ("keys", {"keys": "none"}, Why.GARBAGE),
        ("keys", {"keys": []}, Why.WRONG_ID_TOKEN),
        ("token", {}, Why.WRONG_ID_TOKEN),
        ("token", {"id_token": 7}, Why.WRONG_ID_TOKEN),
        ("token", {"id_token": "a.b"}, Why.WRONG_ID_TOKEN),
        ("token", {"id_token": "ä.ä.ä"}, Why.WRONG_ID_TOKEN),
    ],
    ids=str,
)
async def test_answers_that_say_nothing(
    provider: Provider, false: FalseProvider, what: str, answer: dict[str, Any], why: Why
) -> None:
    false.answers[what] = web.json_response(answer)
    assert (await refused(provider, false)).why is why


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://login.example"},
        {"token_endpoint": "http://login.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://login.example/\r\nSet-Cookie: a=b"},
        {"jwks_uri": 7},
    ],
    ids=str,
)
async def test_a_provider_that_leads_elsewhere(
    provider: Provider, false: FalseProvider, metadata: dict[str, Any]
) -> None:
    false.metadata = metadata
    with pytest.raises(SignInFailed) as failed:
        await provider.address(new_attempt("/account", "fi"), REDIRECT)
    assert failed.value.why is Why.GARBAGE


@pytest.mark.parametrize(
    ("error", "why"), [("invalid_grant", Why.CODE_REFUSED), ("a person's name", Why.CLIENT_REFUSED)]
)
async def test_a_code_that_is_refused(provider: Provider, false: FalseProvider, error: str, why: Why) -> None:
    false.answers["token"] = web.json_response({"error": error, "error_description": "a person's name"}, status=400)
    failed = await refused(provider, false)
    assert failed.why is why
    assert "name" not in failed.detail


async def test_another_issuer_may_not_answer(provider: Provider, false: FalseProvider) -> None:
    assert await back(provider, false, answered_by=false.issuer)
    assert (await refused(provider, false, answered_by="https://login.example")).why is Why.GARBAGE
    assert "token" not in false.asked[-1:], "the code must not be shown to a provider that did not give it"


async def test_a_provider_that_always_names_itself_must(provider: Provider, false: FalseProvider) -> None:
    false.metadata = {"authorization_response_iss_parameter_supported": True}
    assert (await refused(provider, false)).why is Why.GARBAGE


@pytest.mark.parametrize("what", ["openid-configuration", "token", "keys"])
async def test_a_slow_provider_is_not_waited_for(
    provider: Provider, false: FalseProvider, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "WITHIN_S", 0.1)
    false.hangs.add(what)
    began = perf_counter()
    assert (await refused(provider, false)).why is Why.PROVIDER_SLOW
    assert perf_counter() - began < 2
    false.hangs.clear()
    assert await back(provider, false)


async def test_a_provider_that_is_not_there() -> None:
    provider = Provider("http://127.0.0.1:1", CLIENT, SECRET, "openid", SetClock())
    with pytest.raises(SignInFailed) as failed:
        await provider.address(new_attempt("/account", "fi"), REDIRECT)
    assert failed.value.why is Why.PROVIDER_DOWN
