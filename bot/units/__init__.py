"""Units, and who works in them."""
