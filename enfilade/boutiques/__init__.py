"""Locations that hold stock: where they are, when they are open, when they are closed."""
