"""`porina user`: an account and its link from the command line, and the way back in."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from databases import fresh
from served import stocked

from bot.cli import main
from services.accounts.acts import disable
from services.accounts.records import Account, by_login
from services.accounts.rules import Role
from services.accounts.setting_up import opened
from services.audit.acts import entries
from services.clock import utc_now
from services.database import Database
from services.errors import Gone

LINK = re.compile(r"https://etapalvelu\.example/set-up/([\w-]{43})\n")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORINA_PUBLIC_URL", "https://etapalvelu.example")
    monkeypatch.setenv("PORINA_DATABASE_URL", fresh(tmp_path, stocked))
    return tmp_path


@pytest.fixture
def porina(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """`porina user …`: its exit code, what it printed, and what it complained of."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(["user", *arguments, "--data", str(data)])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return code, *capsys.readouterr()

    return run


def database(data: Path) -> closing[Database]:
    return closing(Database(fresh(data, stocked)))


def account(data: Path, login: str) -> Account:
    with database(data) as opened_:
        found = opened_.read_now(by_login, login)
    assert found is not None
    return found


def token(printed: str) -> str:
    link = LINK.fullmatch(printed)
    assert link, printed
    return link[1]


def test_an_account_is_made_and_its_link_printed(porina: Run, data: Path) -> None:
    code, printed, complained = porina(
        "add", "Neuvoja-1", "--role", "agent", "--role", "expert", "--unit", "pysakointi"
    )
    assert (code, complained) == (0, "")
    made = account(data, "neuvoja-1")
    assert (made.roles, made.units) == ({Role.AGENT, Role.EXPERT}, {"pysakointi"})
    with database(data) as opened_:
        assert opened_.read_now(opened, token(printed), utc_now()).id == made.id
        assert [(each.by, each.act) for each in opened_.read_now(entries)] == [("command line", "account.added")]


@pytest.mark.parametrize(("role", "told"), [("agent", True), ("expert", True), ("editor", False), ("admin", False)])
def test_who_has_no_unit_is_told_what_that_means(porina: Run, role: str, told: bool) -> None:
    code, printed, complained = porina("add", "neuvoja-1", "--role", role)
    assert code == 0
    assert token(printed)
    assert ("no unit" in complained) is told
    assert complained.count("\n") == told


def test_a_login_that_exists_names_the_way_on(porina: Run) -> None:
    porina("add", "neuvoja-1", "--role", "admin")
    code, printed, complained = porina("add", "NEUVOJA-1", "--role", "admin")
    assert (code, printed, complained.count("\n")) == (2, "", 1)
    assert "porina user link neuvoja-1" in complained


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "neuvoja-1"),
        ("add", "--role", "agent"),
        ("add", "neuvoja-1", "--role", "boss"),
        ("add", "neuvoja 1", "--role", "agent"),
        ("add", "ab", "--role", "agent"),
        ("add", "\udcffabc", "--role", "agent"),
        ("add", "neuvoja-1", "--role", "agent", "--unit", "no-such-unit"),
        ("link", "kukaan"),
        ("link", "\udcff"),
        ("remove", "neuvoja-1"),
    ],
)
def test_wrong_use_is_one_line_and_makes_nothing(porina: Run, data: Path, arguments: tuple[str, ...]) -> None:
    code, printed, complained = porina(*arguments)
    assert (code, printed, complained.count("\n")) == (2, "", 1)
    with database(data) as opened_:
        assert opened_.read_now(entries) == []


def test_an_unknown_unit_is_named_with_the_known_ones(porina: Run) -> None:
    _, _, complained = porina("add", "neuvoja-1", "--role", "agent", "--unit", "no-such-unit")
    assert "no-such-unit" in complained
    assert "pysakointi" in complained


def test_a_new_link_ends_the_old_one(porina: Run, data: Path) -> None:
    first = token(porina("add", "neuvoja-1", "--role", "admin")[1])
    code, printed, complained = porina("link", "Neuvoja-1")
    assert (code, complained) == (0, "")
    with database(data) as opened_:
        assert opened_.read_now(opened, token(printed), utc_now()).login == "neuvoja-1"
        with pytest.raises(Gone):
            opened_.read_now(opened, first, utc_now())


def test_a_disabled_account_gets_no_link(porina: Run, data: Path) -> None:
    porina("add", "neuvoja-1", "--role", "agent")
    with database(data) as opened_:
        opened_.now(partial(disable, account=account(data, "neuvoja-1").id, now=utc_now(), by="command line"))
    code, printed, complained = porina("link", "neuvoja-1")
    assert (code, printed, complained.count("\n")) == (2, "", 1)
    assert "disabled" in complained


def test_a_database_without_content_has_no_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PORINA_DATABASE_URL", raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(["user", "add", "neuvoja-1", "--role", "agent", "--unit", "pysakointi", "--data", str(tmp_path)])
    printed = capsys.readouterr()
    assert (stopped.value.code, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert "serve once" in printed.err
