"""Boutiques."""
