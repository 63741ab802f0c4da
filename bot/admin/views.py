"""What an admin's pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.account.views import lacks_unit, unit_names
from bot.locale import catalogue, say
from bot.parts import PARTS
from bot.staff.pages import Wrong, act_words, link, staff_language, staff_page
from knowledge.model import LANGUAGES, Language, Unit
from services.accounts.records import Account
from services.accounts.rules import Role
from services.accounts.sessions import Session
from services.audit.acts import Entry
from services.jobs.acts import JobRow

PEOPLE = "/admin/people"
AUDIT = "/admin/audit"
JOBS = "/admin/jobs"

_DONE = {"roles", "title", "disable", "enable", "sign-out"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form that was not taken."""

    login: str = ""
    roles: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    title: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which people are listed: a part of the name or login, a role, a unit; empty for all."""

    text: str
    role: str
    unit: str

    def takes(self, account: Account) -> bool:
        wanted = self.text.casefold()
        return (
            wanted in f"{account.name} {account.login or ''}".casefold()
            and (not self.role or self.role in account.roles)
            and (not self.unit or self.unit in account.units)
        )


def people_page(
    request: web.Request,
    people: Sequence[Account],
    typed: Typed | None = None,
    wrong: Sequence[Wrong] = (),
    status: int = 200,
) -> web.Response:
    """The people that the search takes, and a form to add one."""
    query = request.query
    chosen = Filter(query.get("q", "").strip()[:100], query.get("role", ""), query.get("unit", ""))
    language = staff_language(request)
    return staff_page(
        request,
        "admin/people.html",
        status=status,
        people=[
            (each, unit_names(request, each.units, language), lacks_unit(each)) for each in people if chosen.takes(each)
        ],
        count=len(people),
        chosen=chosen,
        typed=typed or Typed(),
        wrong=wrong,
        all_roles=tuple(Role),
        all_units=_units(request, language),
    )


def person_page(
    request: web.Request,
    account: Account,
    sessions: Sequence[Session],
    typed: Typed | None = None,
    wrong: Sequence[Wrong] = (),
    status: int = 200,
) -> web.Response:
    """One account and all that can be done about it. `typed`: the form that was not taken, titles or boxes."""
    language = staff_language(request)
    done = request.query.get("done", "")
    stored = Typed(roles=account.roles, units=account.units, title=account.title)
    boxes = typed if typed and not typed.title else stored
    titles = typed if typed and typed.title else stored
    return staff_page(
        request,
        "admin/person.html",
        status=status,
        here=f"{PEOPLE}/{account.id}",
        account=account,
        sessions=sessions,
        lacks_unit=lacks_unit(account),
        chosen=boxes,
        values={f"title-{tag}": titles.title.get(tag, "") for tag in LANGUAGES},
        wrong=wrong,
        done=done.replace("-", "_") if done in _DONE else "",
        all_roles=tuple(Role),
        all_units=_units(request, language),
    )


def link_page(request: web.Request, account: Account, token: str, status: int = 200) -> web.Response:
    """A set-up link, this once: only its digest is kept."""
    url = f"{request.app[PARTS].settings.public_url}/set-up/{token}"
    return staff_page(request, "admin/link.html", status=status, here=PEOPLE, account=account, url=url)


def audit_page(
    request: web.Request, entries: Sequence[Entry], people: Sequence[Account], *, by: str, subject: str, more: bool
) -> web.Response:
    """Who did what, newest first. `more`: older ones are on the next page."""
    language = staff_language(request)
    return staff_page(
        request,
        "admin/audit.html",
        entries=[(entry, act_words(language, entry.act), _details(entry.data, language)) for entry in entries],
        people=people,
        others={"command line": say(language, "admin.command_line"), "provider": say(language, "admin.way_provider")},
        by=by,
        subject=subject,
        older=link(request, AUDIT, by=by, subject=subject, before=str(entries[-1].number)) if more else "",
        newest=link(request, AUDIT, by=by, subject=subject) if "before" in request.query else "",
    )


def jobs_page(
    request: web.Request, dead: Sequence[JobRow], waiting: Sequence[JobRow], *, conflict: bool = False
) -> web.Response:
    """What was given up, with why; and what is still to be done. `conflict`: what was to be retried is not dead."""
    language = staff_language(request)
    return staff_page(
        request,
        "admin/jobs.html",
        status=409 if conflict else 200,
        here=JOBS,
        dead=[(job, kind_words(language, job.kind)) for job in dead],
        waiting=[(job, kind_words(language, job.kind)) for job in waiting],
        conflict=conflict,
        done=request.query.get("done") == "retried",
    )


def _units(request: web.Request, language: Language) -> list[Unit]:
    return sorted(request.app[PARTS].known.base.units, key=lambda unit: unit.name.in_(language).casefold())


def kind_words(language: Language, kind: str) -> str:
    """A kind of job in words; as it is where there are none."""
    return catalogue(language).get(f"admin.job_{kind.replace('.', '_').replace('-', '_')}", kind)


def _details(data: Mapping[str, Any], language: Language) -> str:
    """An entry's data: names and values in words where the catalogues have them, else as they are."""
    words = catalogue(language)
    return " · ".join(
        f"{words.get(f'admin.detail_{name}', name)}: {_plain(name, value, language)}" for name, value in data.items()
    )


def _plain(name: str, value: object, language: Language) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(name, each, language) for each in value) or "–"
    if isinstance(value, dict):
        return (
            "; ".join(f"{_plain(name, key, language)} {_plain(key, each, language)}" for key, each in value.items())
            or "–"
        )
    words = catalogue(language)
    keys = {"roles": f"staff.role_{value}", "how": f"own.how_{value}", "before": f"admin.detail_{value}"}
    if name == "kind":
        return kind_words(language, str(value))
    return "–" if value in (None, "") else words.get(keys.get(name, ""), str(value))
