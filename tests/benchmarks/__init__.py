"""What the product costs, as ratios to a baseline measured in the same run on the same machine."""
