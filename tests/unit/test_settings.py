"""A wrong setting stops the start with one line that names it."""

import pytest

from bot.settings import WrongSetting, read_settings
from services.database import Database
from services.errors import DatabaseUnusable


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORINA_NOSUCH", "1"),
        ("PORINA_PUBLIC_URL", "palvelu.example"),
        ("PORINA_PUBLIC_URL", "https://palvelu.example/porina"),
        ("PORINA_PUBLIC_URL", "https://palvelu.example:99999"),
        ("PORINA_PUBLIC_URL", "http://[::1"),
        ("PORINA_ALLOWED_ORIGINS", "https://pori.example,pori.example"),
        ("PORINA_ALLOWED_ORIGINS", "https://pori.example/page"),
        ("PORINA_SMTP_URL", "smtp://mail.example:25x"),
        ("PORINA_RATE_LIMITS", "maybe"),
        ("PORINA_BOOKINGS_A_MINUTE", "0"),
        ("PORINA_OIDC_ISSUER", "http://login.example"),
        ("PORINA_OIDC_ISSUER", "https://login.example/?tenant=1"),
        ("PORINA_OIDC_SCOPE", "profile"),
        ("PORINA_OIDC_GROUPS", "staff=boss"),
    ],
)
def test_a_wrong_value_is_told_by_name(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=f"^{name}: [^\n]+$"):
        read_settings({name: value})


def test_origins_are_written_as_browsers_write_them() -> None:
    settings = read_settings(
        {"PORINA_PUBLIC_URL": "HTTPS://Palvelu.Example/", "PORINA_ALLOWED_ORIGINS": "http://A.b:81"}
    )
    assert settings.origins == {"https://palvelu.example", "http://a.b:81"}


def test_limits_are_off_on_a_loopback_address_only() -> None:
    off = {"PORINA_RATE_LIMITS": "off"}
    assert read_settings({**off, "PORINA_PUBLIC_URL": "http://[::1]:8080"}).rate_limits == "off"
    with pytest.raises(WrongSetting, match=r"^PORINA_RATE_LIMITS: "):
        read_settings({**off, "PORINA_PUBLIC_URL": "https://palvelu.example"})


OIDC = {
    "PORINA_OIDC_ISSUER": "https://login.microsoftonline.com/0f1e/v2.0",
    "PORINA_OIDC_CLIENT_ID": "porina",
    "PORINA_OIDC_CLIENT_SECRET": "hidden",
    "PORINA_OIDC_GROUPS": "8a1c=admin",
}


def test_a_provider_is_given_whole_or_not_at_all() -> None:
    assert read_settings(OIDC | {"PORINA_PUBLIC_URL": "https://palvelu.example"}).oidc_issuer
    assert read_settings(OIDC | {"PORINA_OIDC_ISSUER": "http://127.0.0.1:9/"}).oidc_issuer == "http://127.0.0.1:9/"
    assert read_settings({}).oidc_issuer is None
    for name in OIDC:
        with pytest.raises(WrongSetting, match=f"^{name}: [^\n]+$") as wrong:
            read_settings({key: value for key, value in OIDC.items() if key != name})
        assert "hidden" not in str(wrong.value)
    with pytest.raises(WrongSetting, match=r"^PORINA_OIDC_ISSUER: "):
        read_settings({"PORINA_OIDC_CLAIM": "roles"})


def test_a_provider_needs_a_public_address_whose_cookies_browsers_keep() -> None:
    with pytest.raises(WrongSetting, match=r"^PORINA_OIDC_ISSUER: "):
        read_settings(OIDC | {"PORINA_PUBLIC_URL": "http://palvelu.example"})


@pytest.mark.parametrize("url", ["nothing", "sqlite://u:hidden@h:port/x", "postgresql://u:hidden@h/x", "sqlite://"])
def test_a_wrong_database_url_is_one_line_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match=r"^[^\n]+$") as unusable:
        Database(url)
    assert "hidden" not in str(unusable.value)
