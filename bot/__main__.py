"""`python -m bot` is `porina`."""

from bot.cli import main

if __name__ == "__main__":
    main()
