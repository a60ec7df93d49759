"""Signing in and out, for every member of staff."""
