"""Stock as tills and feeds tell it."""
