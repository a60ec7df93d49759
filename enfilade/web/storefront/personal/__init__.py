"""What is personal on pages that are the same for everybody."""
