"""`porina user add|link`: accounts from the command line, which is also an admin's way back in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.cli import WrongUse
from bot.commands.content import open_for_command
from bot.settings import read_settings
from services.accounts.acts import add, new_link, normal_login
from services.accounts.records import by_login
from services.accounts.rules import RULES, Reach, Right, Role
from services.clock import utc_now
from services.content.acts import all_items
from services.database import Database
from services.errors import Gone, Invalid, LoginTaken

BY = "command line"
A_LOGIN = "a login is 3 to 60 letters, digits or marks without spaces"


def add_user(login: str, roles: Sequence[str], units: Sequence[str], data: Path) -> None:
    """Make an account and print its set-up link. Raises WrongUse."""
    given = {Role(role) for role in roles}
    database = open_for_command(data)
    try:
        _check_units(database, units, data)
        _, token = database.now(add, login, given, set(units), utc_now(), BY)
    except Invalid as invalid:
        raise WrongUse(A_LOGIN) from invalid
    except LoginTaken as taken:
        raise WrongUse(f"there is an account {taken} already: porina user link {taken} gives a new link") from taken
    finally:
        database.close()
    _print_link(token)
    if not units and not any(RULES[Right.UNITS].get(role) is Reach.ALL for role in given):
        sys.stderr.write("porina: the account has no unit: it can sign in, but sees no unit until an admin adds one\n")


def link_user(login: str, data: Path) -> None:
    """Print a new set-up link of an account; older ones end. Raises WrongUse."""
    database = open_for_command(data)
    try:
        account = database.read_now(by_login, normal_login(login))
        if account is None:
            raise WrongUse(f"there is no account {login}")
        token = database.now(new_link, account.id, utc_now(), BY)
    except Invalid as invalid:
        raise WrongUse(A_LOGIN) from invalid
    except Gone as gone:
        raise WrongUse(f"the account {login} is disabled: an admin can enable it") from gone
    finally:
        database.close()
    _print_link(token)


def _check_units(database: Database, units: Sequence[str], data: Path) -> None:
    known = {unit["id"] for unit in database.read_now(all_items).get("units", ())}
    if units and not known:
        raise WrongUse(f"the database in {data} has no units yet: serve once, or import a folder")
    for unit in units:
        if unit not in known:
            raise WrongUse(f"there is no unit {unit} in the content; units are {', '.join(sorted(known))}")


def _print_link(token: str) -> None:
    sys.stdout.write(f"{read_settings().public_url}/set-up/{token}\n")
