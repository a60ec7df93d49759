"""The local provider's own page."""
