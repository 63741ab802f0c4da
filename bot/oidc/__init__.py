"""Signing in by an OpenID Connect provider: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636)."""
