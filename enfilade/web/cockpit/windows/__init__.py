"""The windows: each maison's share of first places, and what the store brings about."""
