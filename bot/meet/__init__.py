"""The video room of an appointment: its pages, and the line by which browsers find each other."""
