"""The provider that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.oidc.client import Provider
from bot.oidc.groups import Standing, read_groups
from bot.settings import Settings
from services.clock import Clock


@dataclass(frozen=True, slots=True)
class Oidc:
    """The provider, and what its groups mean."""

    provider: Provider
    meanings: Mapping[str, Standing]


def configured(settings: Settings, clock: Clock) -> Oidc | None:
    """What the settings say, or None where they name no provider. The provider is not asked anything yet."""
    issuer, client_id, client_secret = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
    if issuer is None or client_id is None or client_secret is None:
        return None
    provider = Provider(issuer, client_id, client_secret, settings.oidc_scope, clock)
    return Oidc(provider, read_groups(settings.oidc_groups))
