"""Pieces, and where one can have them."""
