"""Figures of the group and its maisons, read from nothing but what each maison publishes of itself."""
