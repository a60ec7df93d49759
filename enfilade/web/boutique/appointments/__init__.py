"""Who comes, and what became of it."""
