"""Conversations: who talks, every activity in its order, and the bot's state between turns."""
