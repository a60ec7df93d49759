"""What the maison engraves, and its workshops."""
