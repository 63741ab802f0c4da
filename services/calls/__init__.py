"""Bringing an expert on the spot: who is present, who is rung, who was first to answer."""
