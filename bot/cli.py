"""`porina`: the command line. Errors are one line on stderr; exit 2 for wrong use or input, 1 for a failure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bot.settings import PREFIX, Settings, WrongSetting
from knowledge.files import ContentErrors
from services.accounts.rules import Role
from services.errors import DatabaseAway, DatabaseUnusable

WRONG_INPUT = 2
FAILURE = 1
DATA = Path("var")
ROLES = tuple(role.value for role in Role)


class WrongUse(Exception):
    """The command was given something it cannot work with; the message is one line."""


class Failed(Exception):
    """The command could not do what it was asked; the message is one line."""


class _Parser(argparse.ArgumentParser):
    """argparse prints its usage before an error; here an error is one line."""

    def error(self, message: str) -> NoReturn:
        _stop(f"{self.prog}: {' '.join(message.split())}", WRONG_INPUT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit."""
    given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except ContentErrors as errors:
        _stop("\n".join(map(str, errors.errors)), WRONG_INPUT)
    except (WrongUse, WrongSetting, DatabaseUnusable) as error:
        _stop(f"porina: {error}", WRONG_INPUT)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(FAILURE)
    except DatabaseAway as error:
        _stop(f"porina: the database does not answer: {error}", FAILURE)
    except Failed as error:
        _stop(f"porina: {error}", FAILURE)
    except OSError as error:
        _stop(f"porina: {error.filename}: {error.strerror}" if error.filename else f"porina: {error}", FAILURE)


def _stop(line: str, code: int) -> NoReturn:
    sys.stderr.write(line + "\n")
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="porina", description="Chat and remote service of the City of Pori.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _serve(commands)
    _ask(commands)
    _evaluate(commands)
    _content(commands)
    _user(commands)
    _db(commands)
    return parser


def _serve(commands: argparse._SubParsersAction[_Parser]) -> None:
    lines = [f"  {PREFIX}{name.upper():24} {field.description}" for name, field in Settings.model_fields.items()]
    settings = "\n".join(["settings (environment, or a TOML file named by PORINA_CONFIG):", *lines])
    parser = commands.add_parser(
        "serve", help="serve the product", epilog=settings, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default 8080)")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of database, mails, uploads (default ./var)")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes, with PostgreSQL (default 1)")

    def run(given: argparse.Namespace) -> None:
        from bot.commands.serve import serve

        serve(given.host, given.port, given.data, given.workers)

    parser.set_defaults(run=run)


def _ask(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("ask", help="one question through the same path as the chat")
    parser.add_argument("text")
    parser.add_argument("--lang", choices=("fi", "sv", "en"), help="the language, where the text is too short to tell")
    parser.add_argument("--content", type=Path, help="a knowledge base folder (default: the shipped one)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--explain", action="store_true", help="say what each candidate's place comes from")

    def run(given: argparse.Namespace) -> None:
        from bot.commands.ask import ask

        ask(given.text, given.lang, given.content, as_json=given.json, explain=given.explain)

    parser.set_defaults(run=run)


def _evaluate(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("evaluate", help="run labelled queries through the matcher")
    parser.add_argument("file", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--content", type=Path, help="a knowledge base folder (default: the shipped one)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--errors", type=Path, metavar="OUT.jsonl", help="write the queries that went wrong")

    def run(given: argparse.Namespace) -> None:
        from bot.commands.evaluate import evaluate_file

        evaluate_file(given.file, given.content, given.errors, as_json=given.json)

    parser.set_defaults(run=run)


def _content(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("content", help="check, load or write the knowledge base as files")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    for name, text in (
        ("check", "validate a folder"),
        ("import", "load a folder into the database"),
        ("export", "write the database's content as a folder"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("folder", type=Path, metavar="DIR")
        action.add_argument("--data", type=Path, default=DATA, help="folder of the database (default ./var)")

        def run(given: argparse.Namespace, name: str = name) -> None:
            from bot.commands import content

            {"check": content.check, "import": content.import_, "export": content.export}[name](
                given.folder, given.data
            )

        action.set_defaults(run=run)


def _user(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("user", help="accounts of staff; prints a one-time set-up link")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    adding = actions.add_parser("add", help="make an account")
    adding.add_argument("--role", action="append", required=True, choices=ROLES, help="may repeat")
    adding.add_argument("--unit", action="append", default=[], metavar="ID", help="where they work; may repeat")
    linking = actions.add_parser("link", help="a new link for an account, where the password was lost")
    for action in (adding, linking):
        action.add_argument("name", metavar="NAME", help="the login, 3 to 60 characters without spaces")
        action.add_argument("--data", type=Path, default=DATA, help="folder of the database (default ./var)")

    def run_add(given: argparse.Namespace) -> None:
        from bot.commands.user import add_user

        add_user(given.name, given.role, given.unit, given.data)

    def run_link(given: argparse.Namespace) -> None:
        from bot.commands.user import link_user

        link_user(given.name, given.data)

    adding.set_defaults(run=run_add)
    linking.set_defaults(run=run_link)


def _db(commands: argparse._SubParsersAction[_Parser]) -> None:
    parser = commands.add_parser("db", help="the database's schema")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    action = actions.add_parser("upgrade", help="bring the schema up to date")
    action.add_argument("--data", type=Path, default=DATA, help="folder of the database (default ./var)")

    def run(given: argparse.Namespace) -> None:
        from bot.commands.content import open_for_command

        open_for_command(given.data).close()

    action.set_defaults(run=run)
