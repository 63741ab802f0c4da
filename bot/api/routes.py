"""The routes of /api/v1. Reading and booking are for anyone; a booking or a hold is changed by who knows its token."""

from __future__ import annotations

from bot.api.booking import book, cancel_, move_
from bot.api.holding import extend_, hold_, let_go_
from bot.api.reading import availability, places_, topics
from bot.web.routes import Access, Route

PREFIX = "/api/v1"


def api_routes() -> tuple[Route, ...]:
    return (
        Route("GET", f"{PREFIX}/topics", topics, Access.PUBLIC),
        Route("GET", f"{PREFIX}/places", places_, Access.PUBLIC),
        Route("GET", f"{PREFIX}/availability", availability, Access.PUBLIC),
        Route("POST", f"{PREFIX}/holds", hold_, Access.PUBLIC),
        Route("POST", f"{PREFIX}/holds/{{hold}}/extend", extend_, Access.CAPABILITY),
        Route("DELETE", f"{PREFIX}/holds/{{hold}}", let_go_, Access.CAPABILITY),
        Route("POST", f"{PREFIX}/appointments", book, Access.PUBLIC),
        Route("POST", f"{PREFIX}/appointments/{{token}}/move", move_, Access.CAPABILITY),
        Route("POST", f"{PREFIX}/appointments/{{token}}/cancel", cancel_, Access.CAPABILITY),
    )
