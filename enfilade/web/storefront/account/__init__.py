"""The account of a client of this store."""
