"""A piece on its own page, and where it can be had."""
