"""Remote appointments: experts and their hours, free slots, booking, moving, cancelling."""
