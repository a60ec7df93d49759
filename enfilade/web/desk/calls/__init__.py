"""Calls that were promised, and what came of them."""
