"""Settings: `PORINA_…` environment variables, or a TOML file named by PORINA_CONFIG; the environment wins.

This is the only module that reads the environment. A wrong value stops the start with one line that names its key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.oidc.groups import read_groups
from knowledge.matching import Costs

PREFIX = "PORINA_"
_USUAL = Costs()
# RFC 7064 and RFC 7065: no `//`, and a transport for TURN only. Browsers refuse the whole list for one that is wrong.
_ICE = re.compile(r"(stuns?:[^\s?/@,]+|turns?:[^\s?/@,]+(\?transport=(udp|tcp))?)")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class WrongSetting(Exception):
    """A setting has an impossible value; the message names the key."""


def _origin(value: str) -> str:
    """As browsers write it in `Origin`. All our addresses begin at the root, so a path could not be served."""
    parts = urlsplit(value.lower())
    host, _ = parts.hostname, parts.port  # ValueError for an impossible port
    rest = (parts.path.rstrip("/"), parts.query, parts.fragment, parts.username)
    if parts.scheme not in {"http", "https"} or not host or any(rest):
        raise ValueError("must be an address like https://palvelu.example, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _origins(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(_origin(part.strip()) for part in parts if part.strip())


def _smtp(value: str) -> str:
    parts = urlsplit(value)
    host, _ = parts.hostname, parts.port  # ValueError for an impossible port
    if parts.scheme not in {"smtp", "smtps"} or not host:
        raise ValueError("must be an address like smtp://user:password@mail.example:587")
    return value


def _issuer(value: str) -> str:
    """Kept as it is written: an issuer is compared letter by letter, a last slash among them."""
    parts = urlsplit(value)
    host, _ = parts.hostname, parts.port  # ValueError for an impossible port
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not safe or not host or any((parts.query, parts.fragment, parts.username)):
        raise ValueError("must be an address like https://login.example/tenant; http only on a loopback address")
    return value


def _jitsi(value: str) -> str:
    parts = urlsplit(value)
    host, _ = parts.hostname, parts.port  # ValueError for an impossible port
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not safe or not host or any((parts.path.rstrip("/"), parts.query, parts.fragment, parts.username)):
        raise ValueError("must be an address like https://meet.example, without a path; http only on a loopback one")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _gateway(value: str) -> str:
    parts = urlsplit(value)
    host, _ = parts.hostname, parts.port  # ValueError for an impossible port
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not safe or not host or any((parts.fragment, parts.username)):
        raise ValueError("must be an address like https://sms.example/send; http only on a loopback address")
    return value


def _ice(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    urls = tuple(part.strip() for part in parts if part.strip())
    if not all(_ICE.fullmatch(url) for url in urls):
        raise ValueError("must be addresses like turn:turn.example:3478, turns:turn.example:5349?transport=tcp, stun:…")
    return urls


def _groups(value: str) -> str:
    read_groups(value)
    return value


def _scope(value: str) -> str:
    if "openid" not in value.split():
        raise ValueError("must have openid among its words")
    return value


class Settings(BaseModel):
    """All settings, checked. The field's description is what `porina serve --help` says of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False)

    database_url: Annotated[
        str,
        Field(
            description="database, sqlite:///FILE (default: in the data folder) or postgresql+asyncpg://U:P@HOST/NAME"
        ),
    ] = ""
    public_url: Annotated[
        str, AfterValidator(_origin), Field(description="address citizens see; links and streamUrl come from it")
    ] = "http://127.0.0.1:8080"
    smtp_url: Annotated[
        str | None, AfterValidator(lambda v: v and _smtp(v)), Field(description="mail server, smtp:// or smtps://")
    ] = None
    mail_from: Annotated[str, Field(description="sender of mails", pattern=r"^[^@\s]+@[^@\s]+$")] = "porina@localhost"
    sms_url: Annotated[
        str | None, AfterValidator(lambda v: v and _gateway(v)), Field(description="gateway of text messages, https")
    ] = None
    sms_token: Annotated[
        str | None, Field(description="what proves to the gateway that it is us, a bearer token", min_length=1)
    ] = None
    directline_secret: Annotated[
        str | None, Field(description="secret of a trusted server that may name its users", min_length=16)
    ] = None
    allowed_origins: Annotated[
        str | tuple[str, ...],
        AfterValidator(_origins),
        Field(description="other sites that may use the chat, comma-separated"),
    ] = ()
    rate_limits: Annotated[
        str, Field(description="on, or off for load tests on a loopback address", pattern="^(on|off)$")
    ] = "on"
    bookings_a_minute: Annotated[int, Field(description="bookings one address may make a minute", ge=1)] = 300
    conversations_a_minute: Annotated[int, Field(description="conversations one address may open a minute", ge=1)] = 300
    messages_a_minute: Annotated[int, Field(description="messages one conversation may send a minute", ge=1)] = 120
    sentence_model: Annotated[
        str, Field(description="on: read messages by meaning too; off: by words alone", pattern="^(on|off)$")
    ] = "on"
    cost_wrong: Annotated[
        float, Field(description="what a wrong answer costs, in questions asked back", ge=1, le=1000)
    ] = _USUAL.wrong
    cost_vain: Annotated[
        float, Field(description="what choices offered in vain cost, in questions asked back", ge=1, le=1000)
    ] = _USUAL.vain
    cost_refused: Annotated[
        float, Field(description="what an own question refused costs, in questions asked back", ge=1, le=1000)
    ] = _USUAL.refused
    trusted_proxies: Annotated[
        int, Field(description="how many proxies in front add to X-Forwarded-For", ge=0, le=5)
    ] = 0
    video: Annotated[
        str, Field(description="where appointments meet: builtin, or jitsi", pattern="^(builtin|jitsi)$")
    ] = "builtin"
    turn_url: Annotated[
        str | tuple[str, ...],
        AfterValidator(_ice),
        Field(description="relays of built-in video, comma-separated turn:, turns: or stun: addresses"),
    ] = ()
    turn_secret: Annotated[
        str | None, Field(description="secret shared with them, coturn's static-auth-secret", min_length=16)
    ] = None
    jitsi_url: Annotated[
        str | None, AfterValidator(lambda v: v and _jitsi(v)), Field(description="the Jitsi server, https")
    ] = None
    jitsi_app_id: Annotated[str | None, Field(description="as which it knows us, its app_id", min_length=1)] = None
    jitsi_secret: Annotated[str | None, Field(description="secret shared with it, its app_secret", min_length=16)] = (
        None
    )
    oidc_issuer: Annotated[
        str | None,
        AfterValidator(lambda v: v and _issuer(v)),
        Field(description="OpenID Connect provider staff may sign in by; Entra: …microsoftonline.com/TENANT/v2.0"),
    ] = None
    oidc_client_id: Annotated[str | None, Field(description="as which the provider knows us", min_length=1)] = None
    oidc_client_secret: Annotated[
        str | None, Field(description="what proves to the provider that it is us", min_length=1)
    ] = None
    oidc_name: Annotated[
        str, Field(description="the provider's name, on the button and in messages", min_length=1, max_length=60)
    ] = "Porin kaupunki"
    oidc_scope: Annotated[
        str, AfterValidator(_scope), Field(description="what is asked of the provider, words with spaces between")
    ] = "openid profile"
    oidc_claim: Annotated[
        str, Field(description="claim of the ID token that lists groups; roles for Entra's app roles", min_length=1)
    ] = "groups"
    oidc_groups: Annotated[
        str,
        AfterValidator(_groups),
        Field(description="what groups mean: GROUP=role[+role…][@unit[,unit…]]; …"),
    ] = ""

    @model_validator(mode="after")
    def _all_of_the_provider_or_nothing(self) -> Settings:
        needed = ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_groups")
        given = sorted(name for name in self.model_fields_set if name.startswith("oidc_") and getattr(self, name))
        lacking = [name for name in needed if not getattr(self, name)]
        if given and lacking:
            raise ValueError(f"{PREFIX}{lacking[0].upper()}: is missing though {PREFIX}{given[0].upper()} is given")
        here = urlsplit(self.public_url)
        if given and here.scheme != "https" and here.hostname not in LOOPBACK:
            raise ValueError(f"{PREFIX}OIDC_ISSUER: is refused as {self.public_url} is neither https nor loopback")
        return self

    @model_validator(mode="after")
    def _all_that_video_needs(self) -> Settings:
        needed = ("jitsi_url", "jitsi_app_id", "jitsi_secret") if self.video == "jitsi" else ()
        lacking = [name for name in needed if not getattr(self, name)]
        if lacking:
            raise ValueError(f"{PREFIX}{lacking[0].upper()}: is missing though {PREFIX}VIDEO is jitsi")
        if not self.turn_secret and any(url.startswith("turn") for url in self.turn_url):
            raise ValueError(f"{PREFIX}TURN_SECRET: is missing though {PREFIX}TURN_URL names a relay")
        return self

    @model_validator(mode="after")
    def _limits_off_only_at_home(self) -> Settings:
        if self.rate_limits == "off" and urlsplit(self.public_url).hostname not in LOOPBACK:
            raise ValueError(f"{PREFIX}RATE_LIMITS: off is refused as {self.public_url} is not a loopback address")
        return self

    @property
    def costs(self) -> Costs:
        """By which the bot answers, asks back or admits that it does not know."""
        return Costs(self.cost_wrong, self.cost_vain, self.cost_refused)

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may call us: our own and the allowed ones."""
        return frozenset({self.public_url, *self.allowed_origins})


def read_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """The settings of this process; `overrides` (from the command line) win. Raises WrongSetting."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    config = environment.get(f"{PREFIX}CONFIG")
    if config:
        try:
            values.update(tomllib.loads(Path(config).read_text("utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise WrongSetting(f"{PREFIX}CONFIG: cannot read {config}: {error}") from error
    for name, value in environment.items():
        if name.startswith(PREFIX) and name != f"{PREFIX}CONFIG":
            values[name.removeprefix(PREFIX).lower()] = value
    values.update({key: value for key, value in overrides.items() if value is not None})
    try:
        return Settings.model_validate(values)
    except ValidationError as invalid:
        problem = invalid.errors()[0]
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = "there is no such setting"
        if problem["loc"]:
            message = f"{PREFIX}{str(problem['loc'][0]).upper()}: {message}"
        raise WrongSetting(message) from invalid


def cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where a command may keep what it can compute again (XDG Base Directory Specification)."""
    environment = os.environ if environment is None else environment
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "porina"
