"""Preparing an order, one act a screen."""
