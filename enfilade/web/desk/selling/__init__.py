"""Pieces put together at the desk, paid by a link."""
