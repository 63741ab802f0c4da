"""What operators and their probes look at."""
