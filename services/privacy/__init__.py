"""Protecting what citizens did not mean to tell."""
