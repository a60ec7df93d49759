"""The wish list of a visitor or client."""
