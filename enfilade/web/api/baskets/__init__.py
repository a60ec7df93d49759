"""A visitor's basket."""
