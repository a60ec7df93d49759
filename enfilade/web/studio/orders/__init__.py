"""The maison's orders, and the whole story of each."""
