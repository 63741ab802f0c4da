"""Who did what, and who looked at whose data: written with the act itself and never changed."""
