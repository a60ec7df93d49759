"""The five steps in full, and how far the visitor's order is."""
