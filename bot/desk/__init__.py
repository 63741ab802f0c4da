"""The desk: the day of who meets citizens, appointment by appointment."""
