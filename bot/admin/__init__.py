"""What an admin does: people, what was done by whom, what happens by itself."""
