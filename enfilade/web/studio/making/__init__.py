"""Pieces made to order."""
