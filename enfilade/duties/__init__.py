"""Duties and import tax: what is asked of who can quote them, and a table that answers where no service does."""
