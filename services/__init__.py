"""What must still be true after the power fails: conversations, appointments, mail, content rows, events."""
