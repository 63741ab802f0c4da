"""Security headers of every answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from urllib.parse import urlsplit


@cache
def security_headers(public_url: str) -> Mapping[str, str]:
    """The headers; a page that may do more says so by one of its own, which wins."""
    headers = {
        "Content-Security-Policy": content_policy(public_url),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Server": "Porina",
    }
    if urlsplit(public_url).scheme == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return MappingProxyType(headers)


def content_policy(public_url: str, forms_lead_to: str = "") -> str:
    """Nothing is loaded from elsewhere, nobody frames us, and forms lead nowhere else but to the origin given.

    `connect-src` names our WebSocket's origin beside 'self', which does not cover it in every browser.
    """
    here = urlsplit(public_url)
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {'wss' if here.scheme == 'https' else 'ws'}://{here.netloc}",
        "manifest-src": "'self'",
        "form-action": f"'self' {forms_lead_to}".strip(),
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in policy.items())
