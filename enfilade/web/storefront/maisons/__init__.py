"""The maisons: all of them by segment, and each in its own look."""
