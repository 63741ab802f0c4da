"""The way in and out: signing in, setting an account up by its link, signing out."""
