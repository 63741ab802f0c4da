"""The conversation: a message in; replies, new state and acts out. `turn.py` reads as the order of a turn."""
