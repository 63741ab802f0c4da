"""What the pages of units show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.locale import say
from bot.staff.pages import staff_language, staff_page
from knowledge.model import LANGUAGES, Unit
from services.accounts.records import Account


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody of a unit, by the title that citizens see (by their roles where there is none), and its language."""

    title: str
    language: str
    name: str


def units_page(request: web.Request, units: Sequence[Unit], people: Sequence[Account]) -> web.Response:
    """Units with the people of each; and those that have nobody."""
    language = staff_language(request)
    by_name = sorted(units, key=lambda unit: unit.name.in_(language).casefold())
    told = [(unit, _workers(request, unit, people)) for unit in by_name]
    return staff_page(
        request,
        "units/units.html",
        at_work=[(unit, workers) for unit, workers in told if workers],
        empty=[unit for unit, workers in told if not workers],
    )


def unit_page(request: web.Request, unit: Unit, people: Sequence[Account]) -> web.Response:
    """One unit: how it is reached, and who works in it."""
    return staff_page(request, "units/unit.html", unit=unit, workers=_workers(request, unit, people))


def _workers(request: web.Request, unit: Unit, people: Sequence[Account]) -> list[Worker]:
    language = staff_language(request)
    workers = [
        Worker(*_title(account, language), account.name)
        for account in people
        if unit.id in account.units and not account.disabled
    ]
    return sorted(workers, key=lambda worker: (worker.title.casefold(), worker.name.casefold()))


def _title(account: Account, language: str) -> tuple[str, str]:
    known = next((tag for tag in (language, *LANGUAGES) if account.title.get(tag)), None)
    if known is not None:
        return account.title[known], known
    return ", ".join(say(language, f"staff.role_{role}") for role in sorted(account.roles)), language
