"""Who works here: accounts, their roles and units, how they sign in, and what a role may do."""
