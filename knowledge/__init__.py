"""What the city knows: entries, units, topics, places, vocabulary, and finding the right entry from free text."""
