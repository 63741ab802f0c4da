"""Security headers of every answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from urllib.parse import urlsplit


@cache
def security_headers(public_url: str) -> Mapping[str, str]:
    """The headers; nothing is loaded from elsewhere, and nobody frames us.

    `connect-src` names our WebSocket's origin beside 'self', which does not cover it in every browser.
    """
    here = urlsplit(public_url)
    secure = here.scheme == "https"
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {'wss' if secure else 'ws'}://{here.netloc}",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Server": "Porina",
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return MappingProxyType(headers)
