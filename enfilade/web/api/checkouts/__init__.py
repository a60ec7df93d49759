"""Checkouts, from opening to the order."""
