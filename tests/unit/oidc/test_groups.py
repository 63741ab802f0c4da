"""What groups mean, and what claims say of them."""

import pytest

from bot.oidc.groups import Overage, Standing, groups_in, read_groups, standing
from services.accounts.rules import Role

MEANINGS = read_groups("8a1c=admin; 77f0 = agent + expert @ asiakaspalvelu, lupa;CN=Neuvojat,OU=Pori=agent@pysakointi;")


def test_groups_are_read() -> None:
    assert dict(MEANINGS) == {
        "8a1c": Standing(frozenset({Role.ADMIN}), frozenset()),
        "77f0": Standing(frozenset({Role.AGENT, Role.EXPERT}), frozenset({"asiakaspalvelu", "lupa"})),
        "CN=Neuvojat,OU=Pori": Standing(frozenset({Role.AGENT}), frozenset({"pysakointi"})),
    }
    assert read_groups(" ; ") == {}


@pytest.mark.parametrize(
    "text",
    [
        "8a1c",
        "=admin",
        "8a1c=",
        "8a1c=boss",
        "8a1c=Admin",
        "8a1c=agent+",
        "8a1c=agent@",
        "8a1c=agent@a,,b",
        "a=agent;a=admin",
    ],
)
def test_what_cannot_be_read_is_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        read_groups(text)


def test_standings_add_up() -> None:
    assert standing(["77f0", "8a1c", "unknown"], MEANINGS) == Standing(
        frozenset({Role.ADMIN, Role.AGENT, Role.EXPERT}), frozenset({"asiakaspalvelu", "lupa"})
    )
    assert standing(["unknown", "8A1C"], MEANINGS) == Standing(frozenset(), frozenset())


def test_claims_name_groups() -> None:
    assert groups_in({"groups": ["a", "b", 3, None]}, "groups") == {"a", "b"}
    assert groups_in({"roles": "a"}, "roles") == {"a"}
    assert groups_in({"groups": {"a": 1}}, "groups") == frozenset()
    assert groups_in({}, "groups") == frozenset()


@pytest.mark.parametrize("claims", [{"_claim_names": {"groups": "src1"}, "_claim_sources": {}}, {"hasgroups": True}])
def test_left_out_groups_are_not_taken_for_none(claims: dict) -> None:
    with pytest.raises(Overage):
        groups_in(claims, "groups")
    assert groups_in({**claims, "roles": ["a"]}, "roles") == {"a"}
    assert groups_in(claims, "roles") == frozenset()
