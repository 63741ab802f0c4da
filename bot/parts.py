"""What the running product consists of; `bot/app.py` makes it, handlers reach it by `request.app[PARTS]`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aiohttp import web

from bot.feeds.reading import Feeds
from bot.oidc.configured import Oidc
from bot.settings import Settings
from bot.turns import Turns
from knowledge.meaning.sentences import Sentences
from knowledge.store import Known
from services.accounts.passwords import Passwords
from services.bell import Bell
from services.clock import Clock
from services.database import Database
from services.jobs.runner import Runner
from services.limits import Limit


@dataclass(slots=True)
class Parts:
    """`known` (published on the day `known_on`) is replaced as a whole when content changes; read it once a turn.

    `secret` signs tokens and links. `data` is the folder for mails and uploads. `bookings` limits how often one address
    may book, `touches` how often it is written down that a session is used. `oidc`: the provider that staff may sign in
    by, if any. `sentences`: the sentence model; None where it is switched off.
    `feeds` reads experts' outside calendars.
    """

    settings: Settings
    clock: Clock
    database: Database
    data: Path
    bell: Bell
    secret: str
    known: Known
    known_on: date
    turns: Turns
    jobs: Runner
    bookings: Limit | None
    passwords: Passwords
    touches: Limit
    oidc: Oidc | None
    sentences: Sentences | None
    feeds: Feeds


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)
