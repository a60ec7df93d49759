"""The waitlist of a piece that cannot be had today."""
