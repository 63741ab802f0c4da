"""Experts' calendars: what each offers, their week, and what a change does to appointments."""
