"""Maisons and the stores that show them."""
