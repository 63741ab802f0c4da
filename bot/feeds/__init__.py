"""Calendars from elsewhere that keep times from being booked, and the feed of one's own appointments."""
