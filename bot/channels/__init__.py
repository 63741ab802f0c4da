"""The ways in which conversations reach the product, a folder each."""
