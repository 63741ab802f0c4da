"""Remote appointments to see and to read: a citizen's own page, the mail, the calendar file."""
