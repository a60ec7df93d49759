"""A maison's orders."""
