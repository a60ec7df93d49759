"""Search over everything a store shows."""
