"""Becoming one of the five persons of the demo, in one click."""
