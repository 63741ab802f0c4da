"""Bringing an expert on the spot: the page that calls, the line by which experts are rung, and what comes of it."""
