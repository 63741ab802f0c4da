"""The JSON API for other programs, /api/v1."""
