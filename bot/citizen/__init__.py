"""The city page: one calm column with the chat, contact facts beside it."""
