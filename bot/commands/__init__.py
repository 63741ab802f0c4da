"""The commands of `porina`, a module each; `bot/cli.py` reads the command line."""
