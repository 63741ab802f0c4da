"""Mail that an act wants sent: a row in the act's transaction, delivered after the commit."""
