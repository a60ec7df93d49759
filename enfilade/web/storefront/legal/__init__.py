"""Who stands behind the store, and what happens to what one tells it."""
