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


@pytest.mark.parametrize("url", ["nothing", "sqlite://u:hidden@h:port/x", "postgresql://u:hidden@h/x", "sqlite://"])
def test_a_wrong_database_url_is_one_line_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match=r"^[^\n]+$") as unusable:
        Database(url)
    assert "hidden" not in str(unusable.value)
