"""Pieces that are counted one by one: where each is, and what became of it."""
