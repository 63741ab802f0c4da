"""An admin's pages: people, what was done by whom, what happens by itself."""

from __future__ import annotations

from bot.admin.audit import show_audit
from bot.admin.jobs import retry_job, show_jobs
from bot.admin.people import (
    add_person,
    change_roles,
    change_title,
    disable_person,
    enable_person,
    give_link,
    show_people,
    show_person,
    sign_out_person,
)
from bot.admin.views import AUDIT, JOBS, PEOPLE
from bot.web.routes import Route
from services.accounts.rules import Right

_PERSON = f"{PEOPLE}/{{account}}"


def admin_routes() -> tuple[Route, ...]:
    return (
        Route("GET", PEOPLE, show_people, Right.PEOPLE),
        Route("POST", PEOPLE, add_person, Right.PEOPLE),
        Route("GET", _PERSON, show_person, Right.PEOPLE),
        Route("POST", f"{_PERSON}/roles", change_roles, Right.PEOPLE),
        Route("POST", f"{_PERSON}/title", change_title, Right.PEOPLE),
        Route("POST", f"{_PERSON}/link", give_link, Right.PEOPLE),
        Route("POST", f"{_PERSON}/disable", disable_person, Right.PEOPLE),
        Route("POST", f"{_PERSON}/enable", enable_person, Right.PEOPLE),
        Route("POST", f"{_PERSON}/sign-out", sign_out_person, Right.PEOPLE),
        Route("GET", AUDIT, show_audit, Right.AUDIT),
        Route("GET", JOBS, show_jobs, Right.JOBS),
        Route("POST", f"{JOBS}/{{job}}/retry", retry_job, Right.JOBS),
    )
